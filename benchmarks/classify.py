"""How fast the embedded model is, beside `transformers.pipeline` on its weights.

    python -m benchmarks.classify [--texts FILE] [--weights FOLDER] [--rounds N]

Each engine runs in its own process, one thread each, turn by turn, so that both
meet the same machine; the best round counts. Texts come from the set that we
wrote unless a labelled file is given. Without torch only the embedded model is
measured, and that is said.
"""

import argparse
import importlib.util
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sentiment.evaluate import Labelled, read_labelled, score

OWN_TEXTS = Path(__file__).parents[1] / "tests" / "sentiment" / "own_texts.tsv"
MOST_TEXTS = 512
BATCHES = (1, 8, 32, 128)
ENGINES = ("embedded", "pipeline")
# So that one thread is one thread for torch as well, and none waits by spinning.
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OMP_WAIT_POLICY": "PASSIVE",
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_OFFLINE": "1",
}

Judge = Callable[[Sequence[str], int], list[Any]]


def main(arguments: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.classify")
    parser.add_argument("--texts", type=Path, default=OWN_TEXTS, help="labelled file")
    parser.add_argument("--weights", type=Path, help="folder of the float weights")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    parser.add_argument("--engine", choices=ENGINES, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.engine:
        print(json.dumps(measure(given.engine, given.texts, given.weights)))
        return
    with tempfile.TemporaryDirectory() as scratch:
        figures = compare(given.texts, given.weights, given.rounds, Path(scratch))
    print(table(figures))
    if given.json:
        given.json.write_text(json.dumps(figures, indent=2) + "\n")


def compare(
    texts: Path, weights: Path | None, rounds: int, scratch: Path
) -> dict[str, Any]:
    """The figures of each engine that can run here, best of `rounds`."""
    if missing := [one for one in ("torch", "onnx") if not _installed(one)]:
        print(f"{' and '.join(missing)} missing: the embedded model alone is measured")
        engines: Sequence[str] = ENGINES[:1]
    else:
        engines = ENGINES
        if weights is None:
            weights = scratch / "float"
            _run("benchmarks.float_weights", str(weights))
    taken: dict[str, list[dict[str, Any]]] = {engine: [] for engine in engines}
    for _ in range(rounds):
        for engine in engines:
            taken[engine].append(_child(engine, texts, weights))
    return {engine: best(results) for engine, results in taken.items()}


def measure(engine: str, texts: Path, weights: Path | None) -> dict[str, Any]:
    """One engine's figures in this process, which does nothing else."""
    examples = read_labelled(texts)[:MOST_TEXTS]
    started = time.perf_counter()
    judge = _embedded() if engine == "embedded" else _pipeline(weights)
    judge(["The first one is slow."], 1)
    ready = time.perf_counter() - started
    words = [one.text for one in examples]
    speeds = {}
    for size in BATCHES:
        spent = time.process_time()
        answers = judge(words, size)
        speeds[str(size)] = len(words) / (time.process_time() - spent)
    waits = [_wait(judge, text) for text in words[:200]]
    return {
        "ready_s": ready,
        "texts_per_cpu_s": speeds,
        "p50_ms": statistics.median(waits),
        "p99_ms": statistics.quantiles(waits, n=100)[98],
        "rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        **_accuracy(examples, answers),
    }


def best(results: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The quickest round of each figure: the others had company on the machine."""
    speeds = {
        size: max(one["texts_per_cpu_s"][size] for one in results)
        for size in results[0]["texts_per_cpu_s"]
    }
    low = {
        name: min(one[name] for one in results)
        for name in ("ready_s", "p50_ms", "p99_ms", "rss_mib")
    }
    return dict(results[0]) | low | {"texts_per_cpu_s": speeds}


def table(figures: dict[str, Any]) -> str:
    sizes = " ".join(f"{f'batch {size}':>9}" for size in BATCHES)
    lines = [
        f"{'engine':<10}{sizes}   p50 ms  p99 ms  ready s  RSS MiB  macro-recall",
    ]
    for engine, one in figures.items():
        speeds = " ".join(f"{speed:9.0f}" for speed in one["texts_per_cpu_s"].values())
        lines.append(
            f"{engine:<10}{speeds}  {one['p50_ms']:7.1f} {one['p99_ms']:7.1f} "
            f"{one['ready_s']:8.2f} {one['rss_mib']:8.0f} {one['macro_recall']:13.4f}"
        )
    lines.append("(batch columns: texts per CPU-second, one thread)")
    if len(figures) == len(ENGINES):
        ours, theirs = (
            max(figures[engine]["texts_per_cpu_s"].values()) for engine in ENGINES
        )
        loss = figures["pipeline"]["macro_recall"] - figures["embedded"]["macro_recall"]
        lines.append(
            f"embedded against pipeline, each at its best batch: {ours / theirs:.1f}x; "
            f"macro-recall lost: {100 * loss:.2f} points"
        )
    return "\n".join(lines)


def _embedded() -> Judge:
    from sentiment.onnx import OnnxClassifier

    classifiers = {size: OnnxClassifier(batch_size=size) for size in BATCHES}
    shared = classifiers[1]
    shared.classify(["warm"])

    def judge(texts: Sequence[str], size: int) -> list[Any]:
        one = classifiers[size]
        one._loaded = shared._loaded  # noqa: SLF001  one set of weights for all sizes
        return one.classify(texts)

    return judge


def _pipeline(weights: Path | None) -> Judge:
    import torch
    from transformers import pipeline

    from sentiment import Label, Sentiment
    from sentiment.text import clean

    torch.set_num_threads(1)
    run = pipeline("text-classification", model=str(weights), device="cpu", top_k=None)

    def judge(texts: Sequence[str], size: int) -> list[Any]:
        """Sorted by length as well, which the pipeline does not do by itself."""
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        cleaned = [clean(texts[at]) for at in order]
        found = run(cleaned, batch_size=size, truncation=True, max_length=128)
        answers: list[Any] = [None] * len(texts)
        for at, scores in zip(order, found, strict=True):
            chances = {one["label"]: one["score"] for one in scores}
            label = Label(max(chances, key=lambda one: chances[one]))
            answers[at] = Sentiment(label, *(chances[one] for one in Label), "pipeline")
        return answers

    return judge


def _wait(judge: Judge, text: str) -> float:
    started = time.perf_counter()
    judge([text], 1)
    return 1000 * (time.perf_counter() - started)


def _accuracy(examples: Sequence[Labelled], answers: Sequence[Any]) -> dict[str, float]:
    pairs = [
        (one.label, answer)
        for one, answer in zip(examples, answers, strict=True)
        if one.language in {None, "en"}
    ]
    found = score([label for label, _ in pairs], [answer for _, answer in pairs])
    return {"macro_recall": found.macro_recall, "accuracy": found.accuracy}


def _child(engine: str, texts: Path, weights: Path | None) -> dict[str, Any]:
    more = ["--weights", str(weights)] if weights else []
    printed = _run(
        "benchmarks.classify", "--engine", engine, "--texts", str(texts), *more
    )
    found: dict[str, Any] = json.loads(printed.strip().splitlines()[-1])
    return found


def _run(module: str, *arguments: str) -> str:
    command = [sys.executable, "-W", "ignore", "-m", module, *arguments]
    done = subprocess.run(
        command,
        env=os.environ | ONE_THREAD,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


def _installed(package: str) -> bool:
    return importlib.util.find_spec(package) is not None


if __name__ == "__main__":
    main(sys.argv[1:])
