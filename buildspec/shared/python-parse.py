"""Says each file of its arguments that is no Python; ends with 1 if there is one."""

import ast
import sys

wrong = 0
for path in sys.argv[1:]:
    try:
        with open(path, "rb") as file:
            ast.parse(file.read(), path)
    except (SyntaxError, ValueError) as error:
        wrong = 1
        print(f"error: {path}:{getattr(error, 'lineno', None) or 1}: {error.args[0]}")
sys.exit(wrong)
