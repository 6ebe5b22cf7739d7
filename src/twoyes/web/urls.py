"""Addresses (DESIGN). Ids and tokens are told apart by their length; what matches nothing is one and the same 404."""

from django.urls import URLPattern, URLResolver, path, register_converter

from twoyes.web import (
    approving,
    book,
    by_heart,
    checking,
    counted,
    declining,
    desk,
    exporting,
    health,
    histories,
    importing,
    joining,
    logins,
    noes,
    noes_log,
    offering,
    pasting,
    picture,
    postroom,
    proving,
    public,
    publishing,
    requester,
    reviewing,
    ruling,
    same,
    story,
    target,
    unread,
    way_out,
    whom,
)


class Id:
    """The id of a row or a link: random, and it grants nothing."""

    regex = "[0-9a-z]{12}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class Token(Id):
    """A link's token, of whatever case a mail program made it."""

    regex = "[0-9A-Za-z]{13,200}"


class Handle(Id):
    regex = "[0-9A-Za-z-]{2,40}"


class Act(Id):
    """An act has the same name in the address, the command and the code."""

    regex = "[a-z_]{2,30}"


class LetterName(Id):
    regex = r"[0-9]{6,}-[0-9A-Za-z_-]+"


class FileName(Id):
    regex = r"[0-9]{6,}-[0-9A-Za-z_-]+\.eml"


register_converter(Id, "id")
register_converter(Token, "token")
register_converter(Handle, "handle")
register_converter(Act, "act")
register_converter(LetterName, "letter")
register_converter(FileName, "file")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", public.home),
    path("@<handle:handle>", public.connector_page),
    path("@<handle:handle>/", public.connector_page),
    path("@<handle:handle>/request", public.ask),
    path("@<handle:handle>/preview", public.preview),
    path("@<handle:handle>/received", public.received),
    path("check", checking.check),
    path("v/<token:token>", proving.open_letter),
    path("v/<id:link>/", proving.page),
    path("v/<id:link>/verify", proving.verify),
    path("r/", requester.all_requests),
    path("r/<token:token>", requester.open_letter),
    path("r/<id:link>/", requester.one_request),
    path("r/<id:link>/<act:act>", requester.act),
    path("t/erased/", target.erased),
    path("t/<token:token>", target.open_letter),
    path("t/<token:token>/stop", target.stop),
    path("t/<id:link>/", target.one_ask),
    path("t/<id:link>/<act:act>", target.act),
    path("desk/", desk.desk),
    path("desk/offer/", offering.offer),
    path("desk/noes/", noes.noes),
    path("desk/noes/log", noes_log.log),
    path("desk/rules/", ruling.rules),
    path("desk/page/", publishing.page),
    path("desk/page/booking", publishing.booking),
    path("desk/page/resources", publishing.resources),
    path("desk/page/close", publishing.close),
    path("desk/way/", way_out.page),
    path("desk/way/choose", way_out.choose),
    path("desk/way/leave", way_out.leave),
    path("desk/paste/", pasting.paste),
    path("desk/record/", offering.record),
    path("desk/draft/", offering.draft),
    path("desk/export/", exporting.export),
    path("desk/people/", book.book),
    path("desk/people/import/", importing.bring),
    path("desk/people/import/<id:job>/", importing.progress),
    path("desk/people/import/<id:job>/go_on", importing.go_on),
    path("desk/people/same/", same.same),
    path("desk/people/same/look", same.look),
    path("desk/people/same/seen", same.seen),
    path("desk/people/same/merge", same.merge),
    path("desk/people/same/keep_apart", same.keep_apart),
    path("desk/people/<id:card>/", book.card),
    path("desk/people/<id:card>/add_address", book.add_address),
    path("desk/people/<id:card>/delete_card", book.delete_card),
    path("desk/people/<id:card>/my_word", by_heart.my_word),
    path("desk/people/<id:card>/do_not_ask", by_heart.do_not_ask),
    path("desk/people/<id:card>/not_listed", by_heart.not_listed),
    path("desk/people/<id:card>/merge", joining.merge),
    path("desk/people/<id:card>/split", joining.split),
    path("desk/history/", histories.bring),
    path("desk/history/own", histories.own),
    path("desk/history/mailbox", histories.mailbox),
    path("desk/history/topics", histories.topics),
    path("desk/history/calendar", histories.calendar),
    path("desk/history/<id:job>/", histories.progress),
    path("desk/history/<id:job>/go_on", histories.go_on),
    path("desk/history/<id:source>/delete", histories.delete),
    path("desk/whom/", whom.whom),
    path("desk/whom/rebuild", whom.rebuild),
    path("desk/picture/", picture.picture),
    path("desk/numbers/", counted.page),
    path("desk/numbers/monthly", counted.monthly),
    path("desk/unread/", unread.page),
    path("desk/unread/<id:inbound>/read_again", unread.read_again),
    path("desk/unread/<id:inbound>/raw", unread.raw),
    path("desk/network/", reviewing.page),
    path("desk/network/promise", reviewing.promise),
    path("desk/network/<id:promise>/keep", reviewing.keep),
    path("desk/network/<id:promise>/drop", reviewing.drop),
    path("desk/introductions/<id:introduction>/", desk.introduction),
    path("desk/introductions/<id:introduction>/text", desk.text),
    path("desk/introductions/<id:introduction>/approve", approving.approve),
    path("desk/introductions/<id:introduction>/pass_on", approving.pass_on),
    path("desk/introductions/<id:introduction>/decline/words", declining.words),
    path("desk/introductions/<id:introduction>/decline/read", declining.read),
    path("desk/introductions/<id:introduction>/<act:act>", desk.act),
    *logins.urlpatterns,
    path("postroom/", postroom.room),
    path("postroom/tick", postroom.tick),
    path("postroom/sit", postroom.sit),
    path("postroom/about/<id:introduction>/", postroom.about),
    path("postroom/story/", story.page),
    path("postroom/story/<act:act>", story.act),
    path("postroom/<letter:name>/", postroom.letter),
    path("postroom/<letter:name>/html", postroom.letter_html),
    path("postroom/<letter:name>/answer", postroom.answer),
    path("postroom/<file:name>", postroom.raw),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
]

handler400 = "twoyes.web.troubles.bad_request"
handler403 = "twoyes.web.troubles.forbidden"
handler404 = "twoyes.web.troubles.not_found"
handler429 = "twoyes.web.troubles.too_many"
handler500 = "twoyes.web.troubles.failed"
