"""Contact files of any length, for what is measured: row by row the same people in every kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator

type Rows = Iterator[str]


def linkedin(people: int) -> Rows:
    """Connections.csv; one in thirty has an address, as in real ones."""
    yield "First Name,Last Name,URL,Email Address,Company,Position,Connected On\r\n"
    for n in range(people):
        address = f"p{n}@book.example" if n % 30 == 0 else ""
        date = f"{n % 28 + 1:02d} Jan {2005 + n % 18}"
        yield f"Person{n},Num{n},https://www.linkedin.com/in/p-{n},{address},Company {n % 500},Clerk,{date}\r\n"


def messages(people: int) -> Rows:
    """messages.csv; each person wrote once and was answered."""
    yield "CONVERSATION ID,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT\r\n"
    me, url = "Cora Lund", "https://www.linkedin.com/in/"
    for n in range(people // 2):
        yield f"c{n},P{n} Num{n},{url}p-{n},{me},{url}cora,2021-06-15 16:37:00 UTC,,Words that stay unread\r\n"
        yield f"c{n},{me},{url}cora,P{n} Num{n},{url}p-{n},2021-06-16 16:37:00 UTC,,Words that stay unread\r\n"


def google(people: int) -> Rows:
    """Google's layout since 2024."""
    yield "First Name,Last Name,Organization Name,Organization Title,Labels,E-mail 1 - Label,E-mail 1 - Value\r\n"
    for n in range(people):
        mails = f"p{n}@book.example ::: q{n}@book.example"
        yield f"Person{n},Num{n},Company {n % 500},Clerk,* myContacts,* Work,{mails}\r\n"


def outlook(people: int) -> Rows:
    """Outlook's ninety columns."""
    filler = [f"Column {n}" for n in range(84)]
    yield ",".join(["First Name", "Last Name", "Company", "Job Title", "E-mail Address", "Notes", *filler]) + "\r\n"
    for n in range(people):
        yield f'Person{n},Num{n},Company {n % 500},Clerk,p{n}@book.example,"Met in\r\nBergen"{"," * 84}\r\n'


def thunderbird(people: int) -> Rows:
    """Thunderbird's columns."""
    yield "First Name,Last Name,Display Name,Primary Email,Secondary Email,Organization,Job Title,Notes\r\n"
    for n in range(people):
        yield f"Person{n},Num{n},Person{n} Num{n},p{n}@book.example,,Company {n % 500},Clerk,\r\n"


def vcard(people: int) -> Rows:
    """vCards as phones write them, with a small picture."""
    photo = "".join(f" {'QUJD' * 18}\r\n" for _line in range(20))
    for n in range(people):
        yield (
            f"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Num{n};Person{n};;;\r\nFN:Person{n} Num{n}\r\nORG:Company {n % 500}\r\n"
            f"TITLE:Clerk\r\nEMAIL;TYPE=INTERNET:p{n}@book.example\r\nTEL;TYPE=CELL:+47 {10000000 + n}\r\n"
            f"UID:uid-{n}\r\nPHOTO;ENCODING=b;TYPE=JPEG:/9j/\r\n{photo}END:VCARD\r\n"
        )


KINDS: dict[str, Callable[[int], Rows]] = {
    "linkedin": linkedin,
    "linkedin_messages": messages,
    "google": google,
    "outlook": outlook,
    "thunderbird": thunderbird,
    "vcard": vcard,
}
