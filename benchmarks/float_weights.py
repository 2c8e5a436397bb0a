"""The embedded model's weights as a folder that `transformers` can load.

    python -m benchmarks.float_weights FOLDER

They are the int8 weights times their steps: the very same model, so that a
comparison shows what computing in int8 gains and costs, and nothing else. Of the
kinds that the model judges apart, the folder has posts alone. The weights before
rounding stay with whoever trained them. Needs torch and `onnx`.
"""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from transformers import BertConfig, BertForSequenceClassification

from sentiment import Label, TextKind
from sentiment.onnx import EMBEDDED_FOLDER, ModelConfig

# The names of the graph's constants for each layer of the encoder.
LINEAR = {
    "attention.self.query": "query{}",
    "attention.self.key": "key{}",
    "attention.self.value": "value{}",
    "attention.output.dense": "told{}",
    "intermediate.dense": "wide{}",
    "output.dense": "narrow{}",
}
NORMAL = {"attention.output.LayerNorm": "x{}a", "output.LayerNorm": "x{}b"}


def write(folder: Path) -> None:
    graph = onnx.load(EMBEDDED_FOLDER / "model_int8.onnx").graph
    found = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    heads = next(
        one.i
        for node in graph.node
        if node.op_type == "MultiHeadAttention"
        for one in node.attribute
        if one.name == "num_heads"
    )
    layers = sum(node.op_type == "MultiHeadAttention" for node in graph.node)
    words, places = found["words"], found["places"][0]
    config = BertConfig(
        vocab_size=words.shape[0],
        hidden_size=words.shape[1],
        num_hidden_layers=layers,
        num_attention_heads=heads,
        intermediate_size=found["wide0_bias"].shape[0],
        max_position_embeddings=places.shape[0],
        id2label=dict(enumerate(map(str, Label))),
        label2id={str(label): at for at, label in enumerate(Label)},
    )
    model = BertForSequenceClassification(config)
    model.load_state_dict(_weights(found, layers), strict=False)
    model.save_pretrained(folder)
    shutil.copy(EMBEDDED_FOLDER / "tokenizer.json", folder / "tokenizer.json")
    tokenizer = {"tokenizer_class": "BertTokenizerFast", "model_max_length": 512}
    (folder / "tokenizer_config.json").write_text(json.dumps(tokenizer))


def _weights(found: dict[str, Any], layers: int) -> dict[str, torch.Tensor]:
    table = "bert.embeddings"
    made = {
        f"{table}.word_embeddings.weight": found["words"] * found["word_steps"],
        f"{table}.position_embeddings.weight": found["places"][0],
        # The graph has the type's row within the places.
        f"{table}.token_type_embeddings.weight": np.zeros(
            (2, found["words"].shape[1]), np.float32
        ),
        f"{table}.LayerNorm.weight": found["x0_gain"],
        f"{table}.LayerNorm.bias": found["x0_shift"],
        "bert.pooler.dense.weight": found["pooled_weight"],
        "bert.pooler.dense.bias": found["pooled_bias"],
        "classifier.weight": found["logits_weight"][_posts()],
        "classifier.bias": found["logits_bias"][_posts()],
    }
    for at in range(layers):
        layer = f"bert.encoder.layer.{at}"
        for name, short in LINEAR.items():
            one = short.format(at)
            whole = found[f"{one}_weight"].astype(np.float32)
            made[f"{layer}.{name}.weight"] = (whole * found[f"{one}_scale"]).T
            made[f"{layer}.{name}.bias"] = found[f"{one}_bias"]
        for name, short in NORMAL.items():
            made[f"{layer}.{name}.weight"] = found[f"{short.format(at)}_gain"]
            made[f"{layer}.{name}.bias"] = found[f"{short.format(at)}_shift"]
    return {
        name: torch.from_numpy(np.array(value, np.float32))
        for name, value in made.items()
    }


def _posts() -> slice:
    """Where the classes of posts stand among those of all kinds."""
    config = ModelConfig.model_validate_json(
        (EMBEDDED_FOLDER / "config.json").read_bytes()
    )
    start = config.kinds.index(TextKind.POST) * len(Label)
    return slice(start, start + len(Label))


if __name__ == "__main__":
    write(Path(sys.argv[1]))
