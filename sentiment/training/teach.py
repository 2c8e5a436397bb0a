"""One seed of fine-tuning: a base encoder, the examples, a folder of weights."""

import json
import logging
import math
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias

import torch
from tokenizers import Tokenizer
from transformers import AutoModelForSequenceClassification

from sentiment import Label
from sentiment.text import clean
from sentiment.training.sets import Example, with_emoji

log = logging.getLogger(__name__)

Batch: TypeAlias = tuple[dict[str, torch.Tensor], torch.Tensor]


@dataclass(frozen=True, slots=True)
class Recipe:
    epochs: int = 2
    batch: int = 48
    learning_rate: float = 1e-4
    layer_decay: float = 0.95
    weight_decay: float = 0.01
    label_smoothing: float = 0.05
    warm_up: float = 0.08
    clip: float = 1.0
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
    steps = recipe.epochs * math.ceil(len(examples) / recipe.batch)
    optimizer, schedule = _optimizer(model, recipe, steps)
    for epoch in range(1, recipe.epochs + 1):
        model.train()
        drawn = batches(examples, tokenizer, recipe.batch, dice)
        _epoch(model, drawn, recipe, optimizer, schedule)
        folder = out / f"epoch-{epoch}"
        model.save_pretrained(folder)
        tokenizer.save(str(folder / "tokenizer.json"))
        (folder / "recipe.json").write_text(json.dumps(asdict(recipe) | {"seed": seed}))
    return done


def _epoch(
    model: Any, drawn: Iterator[Batch], recipe: Recipe, optimizer: Any, schedule: Any
) -> None:
    loss_of = torch.nn.CrossEntropyLoss(label_smoothing=recipe.label_smoothing)
    started, seen = time.monotonic(), 0
    for step, (tokens, labels) in enumerate(drawn, start=1):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = model(**tokens).logits
        loss = loss_of(logits.float(), labels)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), recipe.clip)
        optimizer.step()
        schedule.step()
        seen += len(labels)
        if step % 100 == 0:
            rate = seen / (time.monotonic() - started)
            log.info("step %d, loss %.3f, %.0f texts/s", step, loss.item(), rate)


def load(folder: Path) -> Any:
    """A three-class model on the encoder in `folder`, as the export needs it."""
    labels = dict(enumerate(map(str, Label)))
    return AutoModelForSequenceClassification.from_pretrained(
        folder,
        id2label=labels,
        label2id={label: number for number, label in labels.items()},
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
    examples: Sequence[Example], tokenizer: Tokenizer, size: int, dice: random.Random
) -> Iterator[Batch]:
    """Every example once, in a drawn order, in batches of about equal length."""
    order = list(range(len(examples)))
    dice.shuffle(order)
    texts = [clean(with_emoji(examples[at].text, dice)) for at in order]
    ids = [one.ids for one in tokenizer.encode_batch(texts)]
    rows = list(zip(ids, (examples[at].label for at in order), strict=True))
    pool = 50 * size
    cut: list[list[tuple[list[int], int]]] = []
    for start in range(0, len(rows), pool):
        near = sorted(rows[start : start + pool], key=lambda row: len(row[0]))
        cut += [near[at : at + size] for at in range(0, len(near), size)]
    dice.shuffle(cut)
    for batch in cut:
        yield padded([row[0] for row in batch]), torch.tensor([r[1] for r in batch])


def padded(ids: Sequence[Sequence[int]]) -> dict[str, torch.Tensor]:
    width = max(map(len, ids))
    rows = [list(row) + [0] * (width - len(row)) for row in ids]
    masks = [[1] * len(row) + [0] * (width - len(row)) for row in ids]
    return {"input_ids": torch.tensor(rows), "attention_mask": torch.tensor(masks)}


def _optimizer(model: Any, recipe: Recipe, steps: int) -> tuple[Any, Any]:
    """AdamW with a learning rate that falls from the head down to the embeddings."""
    depth = int(model.config.num_hidden_layers)
    groups = [
        {
            "params": [weight],
            "lr": recipe.learning_rate * recipe.layer_decay ** _below(name, depth),
            "weight_decay": recipe.weight_decay if weight.ndim > 1 else 0.0,
        }
        for name, weight in model.named_parameters()
    ]
    optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.98), foreach=True)
    warm = max(1, round(steps * recipe.warm_up))

    def factor(step: int) -> float:
        if step < warm:
            return (step + 1) / warm
        return max(0.0, (steps - step) / (steps - warm))

    return optimizer, torch.optim.lr_scheduler.LambdaLR(optimizer, factor)


def _below(name: str, depth: int) -> int:
    """How many layers lie between this weight and the head."""
    if ".embeddings." in name:
        return depth + 1
    if ".layer." in name:
        return depth - int(name.split(".layer.")[1].split(".")[0])
    return 0
