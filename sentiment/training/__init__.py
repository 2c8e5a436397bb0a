"""How the embedded model was made: `python -m sentiment.training --help`.

Needs the torch extra and `onnx`. Nothing here is imported at work.
"""
