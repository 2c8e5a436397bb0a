"""The encoder as an int8 ONNX graph, written node by node from its weights.

Why not the exporter and `quantize_dynamic`: dynamic quantisation measures the
range of each tensor over the whole batch, so that a text's neighbours change its
answer (by up to 0.01 in the logits, measured). Here every range is fixed, found
once on training texts, which is also faster. Weights are int8 per output
column, in seven bits: on CPUs without VNNI two eight-bit products would
overflow the sixteen bits that they are added in.

Operators: https://onnx.ai/onnx/operators and, under "com.microsoft",
https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Weights = Mapping[str, NDArray[np.float32]]
Range = tuple[float, float]

_MICROSOFT = "com.microsoft"
_WEIGHT_TOP = 63  # seven bits with a sign
_EMBEDDING_TOP = 127
_EPSILON = 1e-12


@dataclass(frozen=True, slots=True)
class Shape:
    """The encoder's shape, as its own config.json gives it."""

    layers: int
    heads: int


@dataclass
class Builder:
    """Collects nodes and constants. Each method returns the name of its output.

    Without `ranges` the graph is in float and `inputs` lists what is to be
    quantised; with them it is in int8.
    """

    weights: Weights
    ranges: Mapping[str, Range] | None = None
    nodes: list[Any] = field(default_factory=list)
    constants: dict[str, Any] = field(default_factory=dict)
    inputs: list[str] = field(default_factory=list)
    quantised: dict[str, tuple[str, str, str]] = field(default_factory=dict)

    def constant(self, name: str, value: Any) -> str:
        self.constants[name] = numpy_helper.from_array(np.array(value), name)
        return name

    def node(
        self, operator: str, inputs: list[str], out: str, domain: str = "", **kw: Any
    ) -> str:
        made = helper.make_node(operator, inputs, [out], name=out, domain=domain, **kw)
        self.nodes.append(made)
        return out

    def linear(self, x: str, layer: str, out: str) -> str:
        """x times the weights of `layer` plus its bias."""
        weight, bias = self.weights[f"{layer}.weight"], self.weights[f"{layer}.bias"]
        plus = self.constant(f"{out}_bias", bias)
        if self.ranges is None:
            if x not in self.inputs:
                self.inputs.append(x)
            by = self.constant(f"{out}_weight", weight.T)
            return self.node(
                "Add", [self.node("MatMul", [x, by], f"{out}_x"), plus], out
            )
        whole, scale = in_rows(weight, _WEIGHT_TOP)
        rounded, step, zero = self.rounded(x, self.ranges[x])
        inputs = [
            rounded,
            self.constant(f"{out}_weight", whole.T),
            step,
            self.constant(f"{out}_scale", scale),
            zero,
            self.constant(f"{out}_zero", np.zeros(scale.shape, np.int8)),
            plus,
        ]
        return self.node("MatMulIntegerToFloat", inputs, out, _MICROSOFT)

    def rounded(self, x: str, span: Range) -> tuple[str, str, str]:
        """`x` as unsigned bytes over the fixed `span`; made once however often used."""
        if x not in self.quantised:
            low, high = min(span[0], 0.0), max(span[1], 0.0)
            step = (high - low) / 255
            names = (
                self.constant(f"{x}_step", np.float32(step)),
                self.constant(f"{x}_zero", np.uint8(round(-low / step))),
            )
            made = self.node("QuantizeLinear", [x, *names], f"{x}_q")
            self.quantised[x] = (made, *names)
        return self.quantised[x]

    def normal(self, x: str, layer: str, out: str) -> str:
        scale = self.constant(f"{out}_gain", self.weights[f"{layer}.weight"])
        bias = self.constant(f"{out}_shift", self.weights[f"{layer}.bias"])
        return self.node(
            "LayerNormalization", [x, scale, bias], out, axis=-1, epsilon=_EPSILON
        )

    def words(self, table: NDArray[np.float32]) -> str:
        """The word vectors: in int8, whole numbers by rows with a step for each."""
        if self.ranges is None:
            return self.node(
                "Gather", [self.constant("words", table), "input_ids"], "word"
            )
        whole, scale = in_rows(table, _EMBEDDING_TOP)
        rows = self.node("Gather", [self.constant("words", whole), "input_ids"], "row")
        step = self.constant("word_steps", scale[:, None])
        steps = self.node("Gather", [step, "input_ids"], "row_step")
        floats = self.node("Cast", [rows], "row_float", to=TensorProto.FLOAT)
        return self.node("Mul", [floats, steps], "word")

    def embedded(self) -> str:
        """Word plus place and type, normalised."""
        table = "bert.embeddings"
        words = self.words(self.weights[f"{table}.word_embeddings.weight"])
        places = (
            self.weights[f"{table}.position_embeddings.weight"]
            + self.weights[f"{table}.token_type_embeddings.weight"][0]
        )
        end = self.node("Shape", ["input_ids"], "length", start=1, end=2)
        start = self.constant("start", np.array([0], np.int64))
        axis = self.constant("axis", np.array([1], np.int64))
        table_of_places = self.constant("places", places[None])
        place = self.node("Slice", [table_of_places, start, end, axis], "place")
        both = self.node("Add", [words, place], "word_place")
        return self.normal(both, f"{table}.LayerNorm", "x0")

    def layer(self, x: str, at: int, heads: int) -> str:
        """Attention, then the feed-forward, each added to its input and normalised."""
        name = f"bert.encoder.layer.{at}"
        one = f"{name}.attention"
        asked = [
            self.linear(x, f"{one}.self.{part}", f"{part}{at}")
            for part in ("query", "key", "value")
        ]
        seen = self.node(
            "MultiHeadAttention",
            [*asked, "", "mask"],
            f"seen{at}",
            _MICROSOFT,
            num_heads=heads,
        )
        out = self.linear(seen, f"{one}.output.dense", f"told{at}")
        x = self.node("Add", [x, out], f"sum{at}a")
        x = self.normal(x, f"{one}.output.LayerNorm", f"x{at}a")
        wide = self.linear(x, f"{name}.intermediate.dense", f"wide{at}")
        wide = self.node("Gelu", [wide], f"bent{at}", _MICROSOFT)
        out = self.linear(wide, f"{name}.output.dense", f"narrow{at}")
        x = self.node("Add", [x, out], f"sum{at}b")
        return self.normal(x, f"{name}.output.LayerNorm", f"x{at}b")

    def head(self, x: str) -> str:
        """Pooler and classes on the first token, in float: they weigh little."""
        first = self.constant("first", np.array(0, np.int64))
        x = self.node("Gather", [x, first], "mark", axis=1)
        for layer, out in (("bert.pooler.dense", "pooled"), ("classifier", "logits")):
            weight = self.constant(f"{out}_weight", self.weights[f"{layer}.weight"])
            bias = self.constant(f"{out}_bias", self.weights[f"{layer}.bias"])
            x = self.node("Gemm", [x, weight, bias], out, transB=1)
            if out == "pooled":
                x = self.node("Tanh", [x], "bounded")
        return x


def build(
    weights: Weights, shape: Shape, ranges: Mapping[str, Range] | None = None
) -> tuple[Any, list[str]]:
    """The graph, and the names of the tensors whose ranges int8 needs.

    Takes `input_ids` (int64) and `mask` (int32, 1 where a token stands), both
    texts by tokens; gives `logits`, texts by as many classes as the head has. In
    float those tensors are outputs too, so that their ranges can be measured.
    """
    classes = len(weights["classifier.bias"])
    made = Builder(weights, ranges)
    x = made.embedded()
    for at in range(shape.layers):
        x = made.layer(x, at, shape.heads)
    made.head(x)
    graph = helper.make_graph(
        made.nodes,
        "sentiment",
        [
            helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["n", "t"]),
            helper.make_tensor_value_info("mask", TensorProto.INT32, ["n", "t"]),
        ],
        [
            helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", classes]),
            *(
                helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", "t", name])
                for name in made.inputs
            ),
        ],
        list(made.constants.values()),
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid(_MICROSOFT, 1)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=9)
    onnx.checker.check_model(model)
    return model, made.inputs


def in_rows(
    weight: NDArray[np.float32], top: int
) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """`weight` as whole numbers up to `top`, with one step for each row."""
    step = np.maximum(np.abs(weight).max(axis=1) / top, 1e-12).astype(np.float32)
    return np.round(weight / step[:, None]).astype(np.int8), step
