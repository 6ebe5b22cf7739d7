"""Text as its writer's program meant its lines: format=flowed (RFC 3676)."""

from __future__ import annotations


def joined(text: str, *, delete_space: bool) -> str:
    """Return flowed text with its soft breaks undone; a line of another depth of quotation ends a paragraph."""
    done: list[tuple[int, list[str]]] = []
    soft = False
    for line in text.split("\n"):
        inside = line.lstrip(">")
        depth = len(line) - len(inside)
        said = inside.removeprefix(" ")
        flows = said.endswith(" ") and said != "-- "
        piece = said[:-1] if flows and delete_space else said
        if soft and done[-1][0] == depth and said != "-- ":
            done[-1][1].append(piece)
        else:
            done.append((depth, [piece]))
        soft = flows
    return "\n".join(f"{'>' * depth}{' ' * bool(depth)}{''.join(pieces)}" for depth, pieces in done)
