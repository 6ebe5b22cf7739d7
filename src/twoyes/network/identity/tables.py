"""Lists of our own that the rules read: short on purpose, and only what nearly every address book meets."""

from __future__ import annotations

# Anybody can have a mailbox here: the house says nothing about the person.
FREEMAIL = frozenset(
    (
        "126.com 139.com 163.com aim.com aol.com arcor.de att.net bigpond.com bluewin.ch bluemail.ch bol.com.br"
        " bt.com btinternet.com cable.de charter.net chello.at club-internet.fr comcast.net compuserve.com cox.net"
        " duck.com earthlink.net email.cz email.de fastmail.com fastmail.fm foxmail.com free.fr freenet.de"
        " geocities.com gmail.com gmx.at gmx.ch gmx.com gmx.de gmx.net googlemail.com hey.com home.com hotmail.ch"
        " hotmail.co.uk hotmail.com hotmail.de hotmail.es hotmail.fr hotmail.it hushmail.com icloud.com inbox.ru"
        " interia.pl juno.com kpnmail.nl laposte.net libero.it list.ru live.co.uk live.com live.de live.fr live.nl"
        " mac.com mail.com mail.de mail.ru mailbox.org me.com msn.com naver.com neuf.fr ntlworld.com o2.pl online.de"
        " online.no onet.pl optonline.net orange.fr outlook.com outlook.de outlook.fr pm.me pobox.com posteo.de"
        " posteo.net proton.me protonmail.ch protonmail.com qq.com rambler.ru rediffmail.com riseup.net rocketmail.com"
        " rogers.com sbcglobal.net seznam.cz sfr.fr shaw.ca sina.com skynet.be sohu.com t-online.de telenet.be"
        " telia.com terra.com.br tiscali.it tutanota.com ukr.net uol.com.br usa.net verizon.net virgilio.it"
        " wanadoo.fr web.de wp.pl xs4all.nl xtra.co.nz yahoo.ca yahoo.co.in yahoo.co.jp yahoo.co.uk yahoo.com"
        " yahoo.com.br yahoo.de yahoo.es yahoo.fr yahoo.it yandex.com yandex.ru yeah.net ymail.com zoho.com"
        " users.noreply.github.com users.sourceforge.net acm.org ieee.org alum.mit.edu netcologne.de"
    ).split()
)
# One provider under two names.
SAME_PROVIDER = {"googlemail.com": "gmail.com", "protonmail.com": "proton.me", "pm.me": "proton.me"}
# Providers that deliver `name+anything` to `name` (RFC 5233 leaves it to them), and the one to which dots are nothing.
TAGGED = frozenset(
    "gmail.com outlook.com hotmail.com live.com icloud.com me.com fastmail.com proton.me posteo.de mailbox.org".split()
)
DOTLESS = frozenset(("gmail.com",))
# Below these a house has three labels where the last has two letters: bbc.co.uk, unsw.edu.au.
SECOND_LEVEL = frozenset("ac co com edu gen go gob gouv gov govt gv id ltd me mil ne net nom or org plc sch".split())

# Not one person's: a function, a machine, a list. As the whole local part, or as one of its parts.
ROLES = frozenset(
    (
        "abuse accounting accounts admin administrator alerts all announce apache backup billing bounce bounces career"
        " careers contact cron customerservice daemon devnull donotreply editor enquiries enquiry everybody everyone"
        " events feedback finance ftp guest hallo hello help helpdesk hostmaster hr info infos inquiries invoice"
        " invoices it jobs kontakt legal list listmaster listserv logs mail mailer mailerdaemon mailman mailout"
        " majordomo management marketing media membership nagios newsletter nobody noc noreply notification"
        " notifications notify office operator orders owner payroll poststelle postmaster pr presse press privacy"
        " purchasing reception recruiting registrar registration reply request root sales sekretariat secretariat"
        " secretary security service services shop spam staff subscribe support svn sysadmin system team test"
        " undisclosed unsubscribe user users usenet uucp verwaltung webadmin webmaster welcome you wwwdata www"
    ).split()
)
# What makes a list's or a function's address of any local part that has it as a part between dots or dashes.
ROLE_PARTS = frozenset(
    (
        "admin announce bounces bugs cvs daemon devel discuss kernel linux list lists listserv maintainers noreply"
        " owner patches recipients reply request root subscribe svn talk unsubscribe users"
    ).split()
)
# Hosts of lists: nobody has a mailbox of their own there.
LIST_HOSTS = frozenset("egroups.com googlegroups.com groups.io freelists.org yahoogroups.com yahoogroups.de".split())
LIST_LABELS = frozenset("list lists listserv mailman groups bounces".split())
# Words that no person has in their name: the name of a list, a desk, a machine.
NOT_NAMES = frozenset(
    (
        "account admin administrator announce bot bugs customer cvs daemon department desk developers devel discuss"
        " free gmbh group inc info kernel linux list lists mail mailer mailing maintainer maintainers members news"
        " newsletter noreply notifications office offers online project recipients robot root sales security service"
        " services software subsystem superuser support svn system talk team test user users webmaster working"
    ).split()
)

TITLES = frozenset(
    "dame dipl doctor dr frau herr hon ing lady mag mag. miss mlle mme mr mrs ms mx prof professor rev sir sra sr"
    .split()
)  # fmt: skip
AFTER = frozenset(
    "bsc ba beng cfa cissp cpa dds dphil edd esq facs jd llb llm ma mba md meng mpa mph mphil msc pe phd pmp psyd rn"
    .split()
)  # fmt: skip
GENERATIONS = frozenset("jr junior sr senior ii iii iv".split())
PARTICLES = frozenset(
    "af al bin bint da dal dalla das de degli dei del della den der di do dos du el la las le lo los mac mc of op st"
    " ten ter van vom von zu zum zur".split()
)  # fmt: skip

_GROUPS = """
abigail abby|albert al bert|alexander alex sasha|alexandra alex sandra|alfred fred|andreas andi andy|andrew andy drew
anthony tony|antonio toni tony|arthur art|barbara barb|benjamin ben benny|bernard bernie|caroline carol
catherine cathy kate|charles charlie chuck|christian chris|christina chris tina|christine chris|christopher chris
clifford cliff|daniel dan danny|david dave|deborah deb debbie|dmitri dima dmitry dimitri|donald don|dorothy dot dottie
douglas doug|edward ed eddie ted|elizabeth beth betty eliza liz lisa|emmanuel manu|eugene gene|evgeny eugene zhenya
florian flo|francis frank|franklin frank|frederick fred freddy|frederic fred|friedrich fritz|gabriel gabe
geoffrey geoff|georg george|gerald gerry jerry|giovanni gianni|gregory greg|harold harry|heinrich heinz|henry hank harry
ignacio nacho|jacob jake|jakob jakub|james jim jimmy jamie|jeffrey jeff|jennifer jen jenny|jerome jerry|jessica jess
joachim jochen achim|johannes hannes hans jan|john jack johnny jon|jonathan jon|jose pepe|joseph joe|joshua josh
judith judy|juergen jurgen|katherine kate kathy katie kathryn|kenneth ken kenny|kimberly kim|klaus claus
konstantin kostya|lawrence larry|leonard leo len|lewis lou|louis lou|manuel manu|margaret maggie meg peggy|martin marty
matthew matt|matthias matt matze|maximilian max|melissa mel|michael mike mick micha mikey|michal michael|mikhail misha
mitchell mitch|nathaniel nate nathan|nicholas nick nicolas|nikolaus klaus nick|nikolai kolya|oliver olli|olivier oli
pamela pam|patricia pat patty|patrick pat paddy|peter pete|philip phil phillip|philippe phil|rafael rafa|raymond ray
rebecca becky|reinhard reiner|richard rich rick dick richie|robert bob rob bobby robbie|roberto rob|ronald ron
rudolf rudi|samuel sam sammy|sebastian seb basti|sergey sergei serge|stanley stan|stefan stephan|stephen steve steven
steven steve|stuart stu|susan sue suzy|suzanne sue|terence terry|theodore ted theo|thomas tom tommy|timothy tim
tobias tobi|ulrich uli|valentin val|victoria vicky|vincent vince|vladimir vlad vova|walter walt|wilhelm willi
william bill will billy willy|wolfgang wolf|yevgeny eugene|zachary zach zack
""".replace("\n", "|")


def _nicknames() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for group in _GROUPS.split("|"):
        for word in group.split():
            found.setdefault(word, set()).update(group.split())
    return {word: frozenset(group) for word, group in found.items()}


# What else somebody of this given name may be called.
NICKNAMES = _nicknames()
