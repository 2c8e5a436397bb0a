"""A larger model that learns the tweets first, and what it then says of each.

Its soft labels teach the small model more than a rater's one word does: how sure to
be, and of what else (https://arxiv.org/abs/1503.02531).

all-mpnet-base-v2 has 110 million weights, too many to teach on two cores. So the
embeddings and the lower half of its layers stay as they are: what they make of a text
is computed once, kept in half precision in a file, and only the upper half learns.
"""

import json
import logging
import math
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import MPNetForSequenceClassification

from sentiment import Label
from sentiment.onnx import softmax
from sentiment.text import clean
from sentiment.training.sets import Example, sha256
from sentiment.training.teach import Schedule, optimizer_of, tokenizer_of

log = logging.getLogger(__name__)

Probabilities: TypeAlias = NDArray[np.float64]
"""Texts by negative, neutral, positive."""


@dataclass(frozen=True, slots=True)
class TeacherRecipe(Schedule):
    """How the teacher is taught.

    `of_each` is the most texts of one label that it sees: complaints are rare, and
    the time goes further when they are not.
    """

    frozen_layers: int = 6
    epochs: int = 1
    of_each: int = 12_000
    batch: int = 32
    learning_rate: float = 5e-5
    max_tokens: int = 64
    seed: int = 1


def soft_labels(
    base: Path, work: Path, examples: Sequence[Example], recipe: TeacherRecipe
) -> Probabilities:
    """What a teacher made from `base` says of `examples`, which teach it as well.

    Every step leaves its result in `work` and is not done twice.
    """
    work.mkdir(parents=True, exist_ok=True)
    done = work / "soft_labels.npy"
    if not done.exists():
        torch.manual_seed(recipe.seed)
        model = load(base)
        lower = _Lower(base, work, recipe).of([one.text for one in examples], model)
        weights = work / "teacher.pt"
        if weights.exists():
            model.load_state_dict(torch.load(weights, weights_only=True))
        else:
            _teach(model, lower, examples, recipe)
            torch.save(model.state_dict(), weights)
        np.save(done, _said(model, lower, examples, recipe))
        made = asdict(recipe) | {"base_sha256": sha256(base / "model.safetensors")}
        (work / "recipe.json").write_text(json.dumps(made))
    found: Probabilities = np.load(done)
    return found


def drawn(
    labels: Sequence[int], of_each: int, dice: random.Random
) -> dict[int, list[int]]:
    """For each label, the numbers of at most `of_each` texts."""
    found: dict[int, list[int]] = {}
    for label in sorted(set(labels)):
        numbers = [at for at, one in enumerate(labels) if one == label]
        found[label] = dice.sample(numbers, min(of_each, len(numbers)))
    return found


def with_shares(
    logits: Probabilities, seen: Sequence[int], true: Sequence[int]
) -> Probabilities:
    """Probabilities as if labels had been as frequent as they are in `true`.

    `seen` and `true` count each label in what taught and in all texts.
    """
    seen_share, true_share = (np.asarray(one) / np.sum(one) for one in (seen, true))
    return softmax(logits + np.log(true_share) - np.log(seen_share))


@dataclass(frozen=True, slots=True)
class _States:
    """Texts as the frozen layers see them: rows of one long table of vectors."""

    table: NDArray[np.float16]
    starts: NDArray[np.int64]

    def batch(self, numbers: Sequence[int]) -> tuple[torch.Tensor, torch.Tensor]:
        """The vectors of some texts, padded, and where they are not padding."""
        rows = [self.table[self.starts[at] : self.starts[at + 1]] for at in numbers]
        width = max(map(len, rows))
        states = np.zeros((len(rows), width, self.table.shape[1]), np.float32)
        mask = np.zeros((len(rows), width), bool)
        for at, row in enumerate(rows):
            states[at, : len(row)] = row
            mask[at, : len(row)] = True
        return torch.from_numpy(states), torch.from_numpy(mask)

    def by_length(self, numbers: Sequence[int], size: int) -> list[list[int]]:
        """Batches of texts of about equal length."""
        near = sorted(numbers, key=lambda at: self.starts[at + 1] - self.starts[at])
        return [near[at : at + size] for at in range(0, len(near), size)]


@dataclass(frozen=True, slots=True)
class _Lower:
    """The layers that do not learn."""

    base: Path
    work: Path
    recipe: TeacherRecipe

    def of(self, texts: Sequence[str], model: Any) -> _States:
        tokenizer = tokenizer_of(self.base, self.recipe.max_tokens)
        rows = [one.ids for one in tokenizer.encode_batch([clean(t) for t in texts])]
        starts = np.cumsum([0, *map(len, rows)])
        file = self.work / "states.npy"
        if not file.exists():
            self._compute(rows, starts, model, file)
        return _States(np.load(file, mmap_mode="r"), starts)

    def _compute(
        self, rows: Sequence[list[int]], starts: Any, model: Any, file: Path
    ) -> None:
        width = int(model.config.hidden_size)
        unfinished = file.with_suffix(".part.npy")
        table = np.lib.format.open_memmap(
            unfinished, "w+", np.float16, (int(starts[-1]), width)
        )
        order = sorted(range(len(rows)), key=lambda at: len(rows[at]))
        pace = _Pace("lower layers")
        model.eval()
        for at in range(0, len(order), self.recipe.batch):
            numbers = order[at : at + self.recipe.batch]
            ids, mask = _padded([rows[one] for one in numbers], model)
            with torch.no_grad():
                states = model.mpnet.embeddings(input_ids=ids)
                states = _through(model, states, mask, 0, self.recipe.frozen_layers)
            for one, state in zip(numbers, states, strict=True):
                long = len(rows[one])
                table[starts[one] : starts[one] + long] = state[:long].numpy()
            pace.count(len(numbers))
        table.flush()
        unfinished.rename(file)


def _teach(
    model: Any, lower: _States, examples: Sequence[Example], recipe: TeacherRecipe
) -> None:
    dice = random.Random(recipe.seed)  # noqa: S311  the order is no secret
    labels = [one.label for one in examples]
    chosen = drawn(labels, recipe.of_each, dice)
    numbers = [at for texts in chosen.values() for at in texts]
    steps = recipe.epochs * math.ceil(len(numbers) / recipe.batch)
    for name, weight in model.named_parameters():
        weight.requires_grad = _learns(name, recipe.frozen_layers)
    optimizer, schedule = optimizer_of(model, recipe, steps)
    loss_of = torch.nn.CrossEntropyLoss(label_smoothing=recipe.label_smoothing)
    pace = _Pace("teacher")
    model.train()
    for batch in _courses(lower, numbers, recipe, dice):
        logits = _logits(model, *lower.batch(batch), recipe)
        loss = loss_of(logits, torch.tensor([labels[at] for at in batch]))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), recipe.clip)
        optimizer.step()
        schedule.step()
        pace.count(len(batch), loss.item())


def _courses(
    lower: _States, numbers: list[int], recipe: TeacherRecipe, dice: random.Random
) -> Iterator[list[int]]:
    pool = 50 * recipe.batch
    for _ in range(recipe.epochs):
        dice.shuffle(numbers)
        cut = [
            batch
            for at in range(0, len(numbers), pool)
            for batch in lower.by_length(numbers[at : at + pool], recipe.batch)
        ]
        dice.shuffle(cut)
        yield from cut


def _said(
    model: Any, lower: _States, examples: Sequence[Example], recipe: TeacherRecipe
) -> Probabilities:
    logits = np.zeros((len(examples), len(Label)))
    pace = _Pace("soft labels")
    model.eval()
    for batch in lower.by_length(range(len(examples)), recipe.batch):
        with torch.no_grad():
            logits[batch] = _logits(model, *lower.batch(batch), recipe).numpy()
        pace.count(len(batch))
    true = np.bincount([one.label for one in examples], minlength=len(Label))
    seen = np.minimum(true, recipe.of_each)
    return with_shares(logits, seen.tolist(), true.tolist())


def load(base: Path) -> Any:
    return MPNetForSequenceClassification.from_pretrained(
        base,
        num_labels=len(Label),
        attention_probs_dropout_prob=0.0,
        dtype=torch.float32,
        local_files_only=True,
    )


def _learns(name: str, frozen_layers: int) -> bool:
    if ".layer." in name:
        return int(name.split(".layer.")[1].split(".")[0]) >= frozen_layers
    return name.startswith("classifier.")


def _padded(rows: Sequence[list[int]], model: Any) -> tuple[torch.Tensor, torch.Tensor]:
    width = max(map(len, rows))
    pad = int(model.config.pad_token_id)
    ids = torch.tensor([row + [pad] * (width - len(row)) for row in rows])
    mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows])
    return ids, mask.bool()


def _logits(
    model: Any, states: torch.Tensor, mask: torch.Tensor, recipe: TeacherRecipe
) -> torch.Tensor:
    depth = int(model.config.num_hidden_layers)
    last = _through(model, states, mask, recipe.frozen_layers, depth)
    logits: torch.Tensor = model.classifier(last)
    return logits


def _through(
    model: Any, states: torch.Tensor, mask: torch.Tensor, first: int, last: int
) -> torch.Tensor:
    """What layers `first` to `last` (not with it) make of `states`."""
    encoder = model.mpnet.encoder
    far = torch.finfo(states.dtype).min
    hidden = torch.where(mask, 0.0, far)[:, None, None, :]
    bias = encoder.compute_position_bias(states)
    for layer in encoder.layer[first:last]:
        states = layer(states, hidden, bias)[0]
    return states


class _Pace:
    """Says from time to time how fast it goes."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._started = self._told = time.monotonic()
        self._seen = 0

    def count(self, texts: int, loss: float | None = None) -> None:
        self._seen += texts
        now = time.monotonic()
        if now - self._told > 60:
            self._told = now
            rate = self._seen / (now - self._started)
            aside = "" if loss is None else f", loss {loss:.3f}"
            log.info("%s: %d texts, %.0f/s%s", self._what, self._seen, rate, aside)
