"""A house in which everything has happened once: run in a process of its own, on the product's settings.

Prints what nobody may read in its data as one line of JSON, then holds every row in an open transaction, so that
the journal of the store lies there as well, until a line comes in.
"""

import json
import sys
from collections.abc import Iterator
from datetime import timedelta

import django

django.setup()

from allauth.mfa.models import Authenticator  # noqa: E402
from django.apps import apps  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client, override_settings  # noqa: E402

from tests.support.cast import APPROVAL, CORA, OFFER, OTTO, REQUEST, RITA, TOM, Cast, frozen, on_stage  # noqa: E402
from tests.web.browsing import Browser, forms_of  # noqa: E402
from tests.web.proving import add_app, add_passkey, proved, seed_of  # noqa: E402
from twoyes.introductions import front as introductions  # noqa: E402
from twoyes.lib import addresses, env, store  # noqa: E402
from twoyes.mail import front as mail  # noqa: E402
from twoyes.mail.incoming.acting import act  # noqa: E402
from twoyes.mail.incoming.understanding import Understood  # noqa: E402
from twoyes.mail.models import Inbound  # noqa: E402
from twoyes.mail.outgoing.postroom import PostroomTransport  # noqa: E402
from twoyes.mail.outgoing.rounds import one_round  # noqa: E402
from twoyes.network import front as network  # noqa: E402
from twoyes.people import front as people  # noqa: E402
from twoyes.web.second_proofs import Adapter  # noqa: E402

STATES = tuple(
    "unverified draft waiting returned talking declined lapsed asking asked refused silent deferred passed passed_on"
    " withdrawn undeliverable agreed introduced connected awaiting_outcome closed unreported offered offered_second"
    " recorded".split()
)
NOTE = "Lost his licence in Bergen; never mention boats."
SAID = {
    "comment": "She wrote to me three times already, enough.",
    "how": "He called me from the train to Hamar.",
    "went": "We had coffee and agreed on a pilot.",
    "words": "It led to a pilot in the autumn.",
    "wish": "A second talk about the pilot, please.",
    "welcome": "Harvest data from the Vistula delta.",
    "unwelcome": "Anything about the lawsuit of Hamar.",
}
DORA, OTHER = "dora.delegate@connects.example", "tom.other@target.example"
TYPED_ANSWER = "Gladly, though never before the harvest is in."
TYPED = "who.knows.whether@typed.example"
IMPORTED = "imported.person@linked.example"
UPLOADED, PENCILLED = "wanda.waiting@uploaded.example", "Only ever pencilled into the phone."
FILE_NAME = "friends-of-cora-since-school"
KEY_NAME = "The old telephone in the kitchen drawer"
MAILBOX_USER, APP_PASSWORD = "cora-at-her-provider", "app-password-of-cora"
MAILED, MAIL_NAME, MAIL_WORDS = "mila.mailed@post.example", "letters-with-mila-mailed", "We never told anybody."
PROMISED = "Over a beer in Trondheim, about the harbour crane."
MAIL_SUBJECT = "The surprise party at the lighthouse"
FILES = (UPLOADED, PENCILLED, FILE_NAME, MAILED, MAIL_NAME, MAIL_WORDS, MAIL_SUBJECT, PROMISED)
CONNECTIONS = f"""Notes:
"When exporting your connection data, you may notice that some are missing."

First Name,Last Name,URL,Email Address,Company,Position,Connected On
Imke,Imported,https://www.linkedin.com/in/imke-imported-profile,{IMPORTED},Import AG,CTO,03 Feb 2020
"""


def main() -> None:
    """Let everything happen, and wait."""
    store.prepare()
    cast = on_stage()
    relay = PostroomTransport(env.data_dir())
    secrets = [
        CORA,
        OTTO,
        RITA,
        TOM,
        DORA,
        OTHER,
        TYPED,
        IMPORTED,
        NOTE,
        TYPED_ANSWER,
        *FILES,
        "imke-imported-profile",
        *SAID.values(),
    ]
    people.add_delegate("cora", DORA, name="Dora")
    people.import_contacts(cast.cora.id, CONNECTIONS.encode(), name="Connections.csv")
    # One file that waits to be carried into the book, and one that was.
    waiting = f"BEGIN:VCARD\r\nFN:Wanda Waiting\r\nEMAIL:{UPLOADED}\r\nNOTE:{PENCILLED}\r\nEND:VCARD\r\n"
    people.start_import(cast.cora.id, [waiting.encode()], name=f"{FILE_NAME}.vcf")
    people.carry_import(people.start_import(cast.cora.id, [waiting.encode()], name=f"{FILE_NAME}.vcf"))
    # One mailbox that waits to be read, and one that was.
    letter = (
        f"From x Thu Feb 28 18:58:18 2013\nFrom: {CORA}\nTo: Mila <{MAILED}>\nDate: 1 Mar 2013 10:00\n"
        f"Subject: {MAIL_SUBJECT}\n\n{MAIL_WORDS}\n"
    )
    network.remember_topics(cast.cora.id, on=True, now=cast.now)
    network.start_history(cast.cora.id, [letter.encode()], name=f"{MAIL_NAME}.mbox")
    network.carry_history(network.start_history(cast.cora.id, [letter.encode()], name=f"{MAIL_NAME}.mbox"))
    assert network.history_sources(cast.cora.id)[0].messages == 1
    mila = network.topics(cast.cora.id, [addresses.key(MAILED)])
    assert [one.text for one in mila] == [MAIL_SUBJECT], "it is kept, so it could be found"
    network.rebuild(cast.cora.id, cast.now)
    two = (cast.rita.id, cast.tom.id)
    network.promise(cast.cora.id, *two, words=PROMISED, since=cast.now.date(), now=cast.now)
    reached: set[str] = set()
    secrets += list(each_state(cast, reached))
    visit(cast)
    secrets += list(lock_up(cast))
    with cast.time():
        one_round(relay, lambda: cast.now)
    with cast.time():
        assert mail.answer_as(mail.posted_letters(env.data_dir())[0], TYPED_ANSWER, once="once", now=cast.now)
        # What was understood of it is kept beside it.
        came = Inbound.objects.get()
        came.purpose, came.ref = "reply", came.letter
        with transaction.atomic():
            act(came, Understood("reply", "yes", TYPED_ANSWER, TYPED_ANSWER, sender=RITA), cast.now)
    secrets += [text for words in (REQUEST, APPROVAL, OFFER) for text in words.values() if len(text) > 11]
    secrets += [text.strip() for text in frozen().text.splitlines() if len(text) > 11]
    with transaction.atomic():
        touch_everything()
        known = {"secrets": sorted(set(secrets)), "states": sorted(reached), "sessions": Session.objects.count()}
        sys.stdout.write(f"{json.dumps(known)}\n")
        sys.stdout.flush()
        sys.stdin.readline()


def each_state(cast: Cast, reached: set[str]) -> Iterator[str]:
    """Bring one introduction into each state, each between two people of its own; yield their secrets."""
    for number, state in enumerate(STATES):
        tom, rita, phone = f"tom{number}@target.example", f"rita{number}@asks.example", f"+47 400 00 {number:03} 17"
        cast.tom = people.add_card(
            cast.cora.id, name=f"Tom {number}", addresses=[tom], phones=[f"+47 800 00 {number:03} 17"], notes=NOTE
        )
        cast.rita = people.add_card(cast.cora.id, name=f"Rita {number}", addresses=[rita])
        asked = {} if state in {"offered", "offered_second", "recorded"} else {"email": rita, "phone": phone}
        made = getattr(cast, state)(**asked)
        reached.add(str(cast.state(made)))
        say(cast, made, state)
        yield from (tom, rita, phone, f"+47 800 00 {number:03} 17")
        cast.pass_time(timedelta(hours=1))


def say(cast: Cast, made: str, state: str) -> None:
    """Let somebody say something where the state invites it."""
    if state == "asked":
        cast.answer(made, "no", comment=SAID["comment"], tell="my_words")
    elif state == "asking":
        cast.deliver()
        cast.answer(made, "yes", address=OTHER)
    elif state == "offered_second":
        fields = {"answer": "no", "how": SAID["how"], "side": "second"}
        introductions.note_answer(made, fields, actor=cast.desk, now=cast.now)
    elif state == "silent":
        link, token = cast.page(made)
        words = {"wish": "asked", "welcome": SAID["welcome"], "unwelcome": SAID["unwelcome"], "scope": "anyone"}
        introductions.wishes(link, token, words, now=cast.now)
    elif state == "introduced":
        link, token = cast.page(made)
        introductions.how_it_went(link, token, SAID["went"], now=cast.now)
    elif state == "awaiting_outcome":
        introductions.report_outcome(made, "met", SAID["words"], actor=cast.asker(made), now=cast.now)
        fields = {"wish": SAID["wish"]}
        introductions.introduce_again(made, fields, actor=cast.desk, now=cast.now)


def visitor(cast: Cast) -> Browser:
    return Browser(cast, Client(SERVER_NAME="127.0.0.1"))


def visit(cast: Cast) -> None:
    """Do by browser what leaves sessions, cookies' counters and limits behind."""
    for address in (CORA, DORA, TYPED):
        browser = visitor(cast)
        form = next(one for one in forms_of(browser.get("/accounts/login/code/")) if "email" in one.values)
        browser.post("/accounts/login/code/", {**form.values, "email": address})
        browser.post("/accounts/login/code/confirm/", {"code": "WRONG1"})
    browser = visitor(cast)
    form = browser.form("/@cora", "request")
    cast.now += timedelta(minutes=2)
    browser.post(form.action, {**form.values, **REQUEST, "email": TYPED, "target": "x" * 20_000})
    browser.post(form.action, {**form.values, **REQUEST, "email": TYPED})
    browser.log_in()
    browser.get("/desk/")
    browser.get(f"/desk/people/?q={TOM}")


def lock_up(cast: Cast) -> Iterator[str]:
    """Give Cora a passkey and an app, and leave the seed of another one waiting; yield what opens her desk."""
    cora, otto = proved(cast, "cora", visitor(cast)), proved(cast, "otto", visitor(cast))
    with override_settings(TWOYES_PASSKEY_HOST="localhost"):
        add_passkey(cora, KEY_NAME)
    yield KEY_NAME
    yield add_app(cora)
    otto.post("/accounts/app/begin/", {})
    yield seed_of(otto.get("/accounts/app/").content.decode())
    people.choose_way(cast.cora.id, "mailbox", server="smtp.example.org", user=MAILBOX_USER, password=APP_PASSWORD)
    yield from (MAILBOX_USER, APP_PASSWORD)
    grown = proved(cast, "otto", visitor(cast))
    grown.post("/accounts/confirm/letter/", {})
    for kind, column in (("totp", "secret"), ("recovery_codes", "seed")):
        yield Adapter().decrypt(Authenticator.objects.get(type=kind).data[column])


def touch_everything() -> None:
    """Write every row once more, so that the journal holds how it was."""
    with connection.cursor() as cursor:
        for model in apps.get_models():
            table, column = model._meta.db_table, model._meta.concrete_fields[-1].column
            if table in connection.introspection.table_names() and "journal" not in table and "attempt" not in table:
                cursor.execute(f'UPDATE "{table}" SET "{column}" = "{column}"')
        cursor.execute('UPDATE "twoyes_cache" SET "value" = "value"')


if __name__ == "__main__":
    main()
