"""What the commands are tried on."""

CONFIG = """\
brands:
  - name: Acme
    keywords: [acme]
    exclude: [jobs]
  - name: Rival
    keywords: [rival]
    reply: false
sources:
  - {type: file, name: inbox, path: inbox, platform: x, settle: 0.001s}
database: {url: sqlite:///test.db}
"""
ROWS = (
    ("1", "acme is terrible, I want my money back"),
    ("2", "rival is lovely"),
    ("3", "acme jobs in Berlin"),
    ("4", "nothing to see"),
    ("5", "=acme is wonderful, thank you so much"),
)
