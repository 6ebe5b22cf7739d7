"""Whom to ask and the picture in each of their states, for the gallery."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from zlib import crc32

from django.http import HttpResponse

from tests.network.histories import BEGIN, mail
from tests.support.cast import CORA, TOM, Cast
from tests.web.browsing import Browser
from twoyes.lib import env
from twoyes.network import front as network
from twoyes.people import front as people


def nearness(cast: Cast, cora: Browser) -> Iterator[tuple[str, HttpResponse]]:
    """Yield whom to ask and the picture: before anything is worked out, with ways, a choice, nobody, and stale."""
    whom, drawn, tom = "/desk/whom/", "/desk/picture/", cast.tom.id
    shutil.rmtree(env.data_dir() / "network" / cast.cora.id / "ways", ignore_errors=True)
    for path in (whom, drawn, f"{whom}?who=tom+target", f"{whom}?working=1"):
        yield "nothing worked out", cora.get(path)
    with cast.time():
        kim, ada = "Kim Berg <kim@blades.example>", "Ada Moor <ada@moor.example>"
        pairs: tuple[tuple[str, str, int], ...] = ()
        pairs += (f"Cora Lund <{CORA}>", kim, 40), (f"Cora Lund <{CORA}>", ada, 12), (kim, f"Tom Target <{TOM}>", 20)
        pairs += (kim, ada, 3), (ada, "Rik Amt <rik@amt.example>", 20), ("Rik Amt <rik@amt.example>", TOM, 20)
        box = "".join(to_and_fro(cast.now, *pair, cc=CORA) for pair in pairs)
        network.carry_history(network.start_history(cast.cora.id, [box.encode()], name="Sent.mbox"))
        network.rebuild(cast.cora.id)
        other = people.add_card(cast.cora.id, name="Tom Target", organisation="Tower Works")
        network.rebuild(cast.cora.id)
    for path in (
        whom,
        f"{whom}?card={tom}&over=two",
        f"{whom}?card={other.id}",
        f"{whom}?who=tom",
        f"{whom}?who=nobody",
    ):
        yield "whom to ask", cora.get(path)
    for path in (drawn, f"{drawn}?to={tom}", f"{drawn}?to={other.id}", f"{drawn}?to={tom}&over="):
        yield "the picture", cora.get(path)
    with cast.time():
        late = people.add_card(cast.cora.id, name="Rik Late")
    for path in (
        f"{whom}?card={tom}",
        f"{whom}?card={late.id}",
        f"{drawn}?to={late.id}",
        f"{drawn}?to={tom}&working=1",
    ):
        yield "stale", cora.get(path)
    yield "begun from a way", cora.get(f"/desk/offer/?first={tom}")


def to_and_fro(now: datetime, one: str, other: str, weeks: int, *, cc: str = "") -> str:
    """Letters both ways, one a week, until a day before now."""
    day, name = (now - BEGIN).days - 1, crc32(f"{one}{other}".encode())
    return "".join(
        mail(*ends, day=day - 7 * week, cc=cc, ident=f"{name}.{week}.{number}@m.example")
        for week in range(weeks)
        for number, ends in enumerate(((one, other), (other, one)))
    )
