"""One seed of fine-tuning: a base encoder, the examples, a folder of weights."""

import json
import logging
import math
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import cycle, islice
from pathlib import Path
from typing import Any, TypeAlias

import torch
from tokenizers import Tokenizer
from transformers import AutoModelForSequenceClassification

from sentiment import Label
from sentiment.text import clean
from sentiment.training.sets import HEADS, Example, with_emoji

log = logging.getLogger(__name__)

# Where the CPU has no instructions for it, bfloat16 is emulated at a tenth of the speed.
_BFLOAT16 = torch.cpu._is_avx512_bf16_supported()  # noqa: SLF001  torch has no public one

Batch: TypeAlias = tuple[dict[str, torch.Tensor], torch.Tensor, torch.Tensor]
"""Tokens, how true each label is, and the number of the head that each text teaches."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """How fast weights may change: most at the head, less with each layer below."""

    learning_rate: float = 1e-4
    layer_decay: float = 0.95
    weight_decay: float = 0.01
    label_smoothing: float = 0.05
    warm_up: float = 0.08
    clip: float = 1.0


@dataclass(frozen=True, slots=True)
class Recipe(Schedule):
    """How one seed is taught.

    `share` is how much of each kind an epoch sees ("own" are our own texts, which
    teach a head drawn by lot); the next epoch goes on where the last one stopped.
    `soft` is how much of a label is the teacher's word, where it gave one, and not
    the rater's.
    """

    epochs: int = 2
    share: Mapping[str, float] = field(
        default_factory=lambda: {"post": 0.9, "comment": 0.3, "own": 0.35}
    )
    batch: int = 48
    soft: float = 0.7
    max_tokens: int = 80


def teach(
    base: Path, out: Path, examples: Sequence[Example], recipe: Recipe, seed: int
) -> Path:
    """Fine-tune the model in `base` and return the folder of the last epoch.

    Every epoch leaves a folder `epoch-N` under `out`. Where the last one is there
    already, nothing is done.
    """
    done = out / f"epoch-{recipe.epochs}"
    if (done / "recipe.json").exists():
        return done
    torch.manual_seed(seed)
    dice = random.Random(seed)  # noqa: S311  the order is no secret
    model = load(base)
    tokenizer = tokenizer_of(base, recipe.max_tokens)
    courses = epochs(examples, recipe, dice)
    steps = sum(math.ceil(len(course) / recipe.batch) for course in courses)
    optimizer, schedule = optimizer_of(model, recipe, steps)
    for epoch, course in enumerate(courses, start=1):
        model.train()
        drawn = batches(course, tokenizer, recipe, dice)
        _epoch(model, drawn, recipe, optimizer, schedule)
        folder = out / f"epoch-{epoch}"
        model.save_pretrained(folder)
        tokenizer.save(str(folder / "tokenizer.json"))
        (folder / "recipe.json").write_text(json.dumps(asdict(recipe) | {"seed": seed}))
    return done


def epochs(
    examples: Sequence[Example], recipe: Recipe, dice: random.Random
) -> list[list[Example]]:
    """What each epoch sees: of every kind its share, round and round."""
    courses: list[list[Example]] = [[] for _ in range(recipe.epochs)]
    for kind, share in recipe.share.items():
        of_kind = [one for one in examples if (one.kind or "own") == kind]
        dice.shuffle(of_kind)
        endless = cycle(of_kind)
        for course in courses:
            course += islice(endless, round(share * len(of_kind)))
    return courses


def _epoch(
    model: Any, drawn: Iterator[Batch], recipe: Recipe, optimizer: Any, schedule: Any
) -> None:
    loss_of = torch.nn.CrossEntropyLoss(label_smoothing=recipe.label_smoothing)
    started, seen = time.monotonic(), 0
    for step, (tokens, truth, heads) in enumerate(drawn, start=1):
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=_BFLOAT16):
            logits = model(**tokens).logits.float()
        by_head = logits.view(len(truth), len(HEADS), len(Label))
        loss = loss_of(by_head[torch.arange(len(truth)), heads], truth)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), recipe.clip)
        optimizer.step()
        schedule.step()
        seen += len(truth)
        if step % 50 == 0:
            rate = seen / (time.monotonic() - started)
            log.info("step %d, loss %.3f, %.0f texts/s", step, loss.item(), rate)


def load(folder: Path) -> Any:
    """The encoder in `folder` with three classes for each head, side by side."""
    names = [f"{head} {label}" for head in HEADS for label in Label]
    return AutoModelForSequenceClassification.from_pretrained(
        folder,
        id2label=dict(enumerate(names)),
        label2id={name: number for number, name in enumerate(names)},
        attn_implementation="eager",
        attention_probs_dropout_prob=0.0,
        dtype=torch.float32,
        local_files_only=True,
    )


def tokenizer_of(folder: Path, max_tokens: int) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(max_tokens)
    tokenizer.no_padding()
    return tokenizer


def batches(
    examples: Sequence[Example],
    tokenizer: Tokenizer,
    recipe: Recipe,
    dice: random.Random,
) -> Iterator[Batch]:
    """Every example once, in a drawn order, in batches of about equal length."""
    size = recipe.batch
    order = list(range(len(examples)))
    dice.shuffle(order)
    texts = [clean(with_emoji(examples[at].text, dice)) for at in order]
    ids = [one.ids for one in tokenizer.encode_batch(texts)]
    truths = [target(examples[at], recipe.soft) for at in order]
    heads = [HEADS.index(examples[at].kind or dice.choice(HEADS)) for at in order]
    rows = list(zip(ids, truths, heads, strict=True))
    pool = 50 * size
    cut: list[list[tuple[list[int], list[float], int]]] = []
    for start in range(0, len(rows), pool):
        near = sorted(rows[start : start + pool], key=lambda row: len(row[0]))
        cut += [near[at : at + size] for at in range(0, len(near), size)]
    dice.shuffle(cut)
    for batch in cut:
        ids, truths, heads = map(list, zip(*batch, strict=True))
        yield padded(ids), torch.tensor(truths), torch.tensor(heads)


def target(example: Example, soft: float) -> list[float]:
    """How true each label is of `example`; `soft` is the teacher's part in that."""
    hard = [float(number == example.label) for number in range(len(Label))]
    if example.soft is None:
        return hard
    pairs = zip(example.soft, hard, strict=True)
    return [soft * mine + (1 - soft) * raters for mine, raters in pairs]


def padded(ids: Sequence[Sequence[int]]) -> dict[str, torch.Tensor]:
    width = max(map(len, ids))
    rows = [list(row) + [0] * (width - len(row)) for row in ids]
    masks = [[1] * len(row) + [0] * (width - len(row)) for row in ids]
    return {"input_ids": torch.tensor(rows), "attention_mask": torch.tensor(masks)}


def optimizer_of(model: Any, recipe: Schedule, steps: int) -> tuple[Any, Any]:
    """AdamW with a learning rate that falls from the head down to the embeddings."""
    depth = int(model.config.num_hidden_layers)
    groups = [
        {
            "params": [weight],
            "lr": recipe.learning_rate * recipe.layer_decay ** _below(name, depth),
            "weight_decay": recipe.weight_decay if weight.ndim > 1 else 0.0,
        }
        for name, weight in model.named_parameters()
        if weight.requires_grad
    ]
    optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.98), fused=True)
    warm = max(1, round(steps * recipe.warm_up))

    def factor(step: int) -> float:
        if step < warm:
            return (step + 1) / warm
        return max(0.0, (steps - step) / max(1, steps - warm))

    return optimizer, torch.optim.lr_scheduler.LambdaLR(optimizer, factor)


def _below(name: str, depth: int) -> int:
    """How many layers lie between this weight and the head."""
    if ".embeddings." in name:
        return depth + 1
    if ".layer." in name:
        return depth - int(name.split(".layer.")[1].split(".")[0])
    return 0
