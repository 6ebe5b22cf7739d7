"""Does the world believe mail from our domain, and does it find the way back? SPF and MX; signatures stand beside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from ipaddress import ip_address

from django.utils.translation import gettext as _

from twoyes.lib import hosts
from twoyes.lib.checked import Check
from twoyes.mail.health import spf
from twoyes.mail.health.signatures import dkim, dmarc
from twoyes.mail.health.spf import NoAnswer, Records
from twoyes.mail.health.us import Us

# RFC 5737 keeps it for documents: nobody sends from it, so whoever lets it send lets everybody send.
_STRANGER = "203.0.113.77"


def domain_checks(us: Us, records: Records) -> Iterator[Check]:
    """Look up what the world needs to know of our domain: SPF, DKIM, DMARC and MX, each in one check."""
    if not us.is_known_to_the_world:
        sentence = _("Mail comes from %(domain)s, which nobody but this machine knows.") % {"domain": us.domain}
        yield Check("dns", "warn", sentence, _("Set TWOYES_DOMAIN or TWOYES_MAIL_ADDRESS to a domain of yours."))
        return
    try:
        records.mx(us.domain)
    except NoAnswer:
        sentence = _("No name server answers for %(domain)s, so SPF, DKIM, DMARC and MX are not known.")
        mend = _("Look at /etc/resolv.conf and the network, or name a name server in TWOYES_DNS.")
        yield Check("dns", "warn", sentence % {"domain": us.domain}, mend)
        return
    looks: dict[str, Callable[[Us, Records], Check]] = {"spf": _spf, "dkim": dkim, "dmarc": dmarc, "mx": _mx}
    for name, look in looks.items():
        try:
            yield look(us, records)
        except NoAnswer:
            sentence = _("%(what)s of %(domain)s could not be looked up: its name servers do not answer.")
            known = {"what": name.upper(), "domain": us.domain}
            yield Check(name, "warn", sentence % known, _("Try again in a few minutes."))


# --- SPF ----------------------------------------------------------------------------------------------------------


def _spf(us: Us, records: Records) -> Check:
    known: dict[str, object] = {"domain": us.domain, "relay": us.relay, "most": spf.MOST_LOOKUPS}
    found = spf.records_of(records.txt(us.domain))
    if not found:
        sentence = _("%(domain)s has no SPF record, so nobody can tell who may send for it.") % known
        return Check("spf", "fail", sentence, _spf_to_publish(us))
    said = spf.speak(_STRANGER, us.domain, records)
    if said.result == "temperror":
        raise NoAnswer(us.domain)
    if said.result == "permerror":
        return _broken(said, {**known, "what": said.what})
    if said.result == "pass":
        sentence = _("The SPF record of %(domain)s lets everybody send in its name.") % known
        return Check("spf", "fail", sentence, _("End it with -all or ~all, and name only those who send for you."))
    if said.result == "neutral":
        sentence = _("The SPF record of %(domain)s says nothing of those it does not name.") % known
        return Check("spf", "warn", sentence, _("End it with -all or ~all."))
    return _authorised(us, records, found[0])


def _spf_to_publish(us: Us) -> str:
    if us.sends_from_here:
        return _("Publish this TXT record for %(domain)s: v=spf1 a:%(host)s -all") % {
            "domain": us.domain,
            "host": us.host,
        }
    return _(
        "Publish one TXT record for %(domain)s, such as: v=spf1 include:NAME -all. Which NAME, the provider of your"
        " relay says."
    ) % {"domain": us.domain}


def _broken(said: spf.Spoken, known: dict[str, object]) -> Check:
    # Receivers take a record with an error as if there were none, or refuse.
    if said.fault == "two":
        sentence = _("%(what)s has more than one SPF record, so none of them counts.")
        mend = _("Join them into one TXT record that begins with v=spf1.")
    elif said.fault == "lookups":
        sentence = _("The SPF record of %(domain)s asks the DNS more than %(most)s times, and then counts no more.")
        mend = _("Take out what you no longer send by, or name networks (ip4:, ip6:) in place of include:, a and mx.")
    elif said.fault == "nothing":
        sentence = _("The SPF record of %(domain)s leads to names that have nothing (%(what)s).")
        mend = _("Take these names out, or correct them.")
    else:
        sentence = _("The SPF record of %(domain)s has a mistake at “%(what)s”, so it does not count.")
        mend = _("Correct it; each part is written like include:NAME, ip4:NETWORK, a, mx, or -all at the end.")
    return Check("spf", "fail", sentence % known, mend)


def _authorised(us: Us, records: Records, record: str) -> Check:
    """Whether the record lets our relay send, as far as that can be known from here."""
    known = {"domain": us.domain, "relay": us.relay or us.provider}
    senders = _own_senders(us, records)
    unknown = [one for one in senders if spf.speak(one, us.domain, records).result != "pass"]
    if unknown:
        addresses = ", ".join(unknown)
        sentence = _("The SPF record of %(domain)s does not let %(addresses)s send, from where letters seem to leave.")
        mend = _("Add %(terms)s to it, before its end.") % {"terms": " ".join(_term(one) for one in unknown)}
        return Check("spf", "warn", sentence % {**known, "addresses": addresses}, mend)
    if senders:
        sentence = _("The SPF record of %(domain)s lets %(addresses)s send, and says no to others.")
        return Check("spf", "ok", sentence % {**known, "addresses": ", ".join(senders)})
    if not spf.names_others(record):
        sentence = _("The SPF record of %(domain)s lets nobody send, not even %(relay)s.") % known
        return Check(
            "spf", "fail", sentence, _("Add to it what the provider of your relay says, such as include:NAME.")
        )
    sentence = _(
        "The SPF record of %(domain)s can be read, and says no to strangers. From which addresses %(relay)s sends is"
        " not known here."
    )
    return Check("spf", "ok", sentence % known)


def _own_senders(us: Us, records: Records) -> list[str]:
    """Return the addresses from which a mail server on this machine would send, as the DNS knows them."""
    if not us.sends_from_here:
        return []
    found = [*records.hosts(us.host, six=False), *records.hosts(us.host, six=True)]
    return [one for one in found if not hosts.is_loopback(one)]


def _term(address: str) -> str:
    return f"ip{ip_address(address).version}:{address}"


# --- MX -----------------------------------------------------------------------------------------------------------


def _mx(us: Us, records: Records) -> Check:
    known: dict[str, object] = {"domain": us.domain, "host": us.host}
    servers = records.mx(us.domain)
    if not servers or servers == ["."]:
        sentence = _("%(domain)s has no MX record: no mail can be sent to it, neither answers nor failures.") % known
        mend = _("Publish an MX record for %(domain)s that names the mail server which takes its mail.") % known
        return Check("mx", "fail" if us.inboxes else "warn", sentence, mend)
    known["servers"] = ", ".join(servers)
    homeless = [server for server in servers if not _addresses(server, records)]
    if homeless:
        sentence = _("Mail for %(domain)s goes to %(homeless)s, which has no address.")
        whole = sentence % {**known, "homeless": ", ".join(homeless)}
        return Check("mx", "fail" if homeless == servers else "warn", whole, _("Correct the MX record, or the name."))
    if us.is_reached_by_mail and not any(_is_here(server, us, records) for server in servers):
        sentence = _("Mail for %(domain)s goes to %(servers)s, which is not this machine, while INBOX_URL waits here.")
        mend = _("Point MX to %(host)s, or see that %(servers)s hands what comes for us on to INBOX_URL.")
        return Check("mx", "warn", sentence % known, mend % known)
    return Check("mx", "ok", _("Mail for %(domain)s goes to %(servers)s.") % known)


def _is_here(server: str, us: Us, records: Records) -> bool:
    if server == us.host:
        return True
    found = _addresses(server, records)
    # Behind a router we do not know our public address, but the host of our pages has it.
    return bool(found & _addresses(us.host, records)) or any(hosts.is_ours(one) for one in found)


def _addresses(name: str, records: Records) -> set[str]:
    return {*records.hosts(name, six=False), *records.hosts(name, six=True)}
