"""What decisions are held against stays short enough to be read at one sitting."""

import ast
import io
import tokenize
from pathlib import Path

ORACLE = [Path(__file__).parents[1] / "routing" / name for name in ("routing_instant.py", "routing_oracle.py")]
MOST = 250
SILENT = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}


def test_the_oracle_of_the_routing_engine_has_at_most_250_lines_of_code() -> None:
    assert 200 < sum(len(code_lines(path.read_text())) for path in ORACLE) <= MOST


def code_lines(source: str) -> set[int]:
    """The lines with anything but comments, docstrings and nothing."""
    told = tokenize.generate_tokens(io.StringIO(source).readline)
    lines = {n for one in told if one.type not in SILENT for n in range(one.start[0], one.end[0] + 1)}
    return lines - {n for one in docstrings(ast.parse(source)) for n in range(one.lineno, (one.end_lineno or 0) + 1)}


def docstrings(tree: ast.AST) -> list[ast.Expr]:
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    first = [node.body[0] for node in ast.walk(tree) if isinstance(node, documented) and node.body]
    return [one for one in first if isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant)]
