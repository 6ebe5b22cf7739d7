"""The letters, a folder each: one named function, and its subject, text and HTML.

To add one: a folder with the kind's name; in `__init__.py` a function of that name which hands cleaned words to
`render`; `subject.txt`, `text.txt` and `html.html`, every word marked for translation, `{page}` alone on its
line where the one link goes; a line in `LETTERS`; its facts in `tests/mail/letters_cast.py`.
"""

from collections.abc import Callable

from twoyes.mail.letters.amends import amends
from twoyes.mail.letters.ask import ask
from twoyes.mail.letters.base import Composed, LetterFacts
from twoyes.mail.letters.declined import declined
from twoyes.mail.letters.details import details
from twoyes.mail.letters.digest import digest
from twoyes.mail.letters.good_news import good_news
from twoyes.mail.letters.guard_answer import guard_answer
from twoyes.mail.letters.introduction import introduction
from twoyes.mail.letters.lapsed import lapsed
from twoyes.mail.letters.late_yes import late_yes
from twoyes.mail.letters.login_changed import login_changed
from twoyes.mail.letters.login_code import login_code
from twoyes.mail.letters.monthly import monthly
from twoyes.mail.letters.new_request import new_request
from twoyes.mail.letters.not_this_time import not_this_time
from twoyes.mail.letters.on_its_way import on_its_way
from twoyes.mail.letters.passed_on import passed_on
from twoyes.mail.letters.received import received
from twoyes.mail.letters.reply_copy import reply_copy
from twoyes.mail.letters.reply_now import reply_now
from twoyes.mail.letters.returned import returned
from twoyes.mail.letters.still_looking import still_looking
from twoyes.mail.letters.talk_first import talk_first
from twoyes.mail.letters.trouble import trouble
from twoyes.mail.letters.verify import verify
from twoyes.mail.letters.what_happened import what_happened
from twoyes.mail.letters.your_data import your_data

LETTERS: dict[str, Callable[[LetterFacts], Composed]] = {
    "verify": verify,
    "login_code": login_code,
    "login_changed": login_changed,
    "received": received,
    "new_request": new_request,
    "returned": returned,
    "talk_first": talk_first,
    "declined": declined,
    "lapsed": lapsed,
    "on_its_way": on_its_way,
    "ask": ask,
    "details": details,
    "introduction": introduction,
    "not_this_time": not_this_time,
    "reply_now": reply_now,
    "what_happened": what_happened,
    "amends": amends,
    "good_news": good_news,
    "digest": digest,
    "monthly": monthly,
    "trouble": trouble,
    "passed_on": passed_on,
    "still_looking": still_looking,
    "late_yes": late_yes,
    "your_data": your_data,
    "reply_copy": reply_copy,
    "guard_answer": guard_answer,
}
"""Every kind of letter that is written so far."""
