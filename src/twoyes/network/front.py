"""The front door of network: the only module that other rooms import."""

from twoyes.network.between import Whom, between
from twoyes.network.evidence import evidence, evidence_on, read_from, word_sentence
from twoyes.network.giving import import_ties
from twoyes.network.importing import import_history
from twoyes.network.jobs import (
    carry_history,
    delete_history,
    histories,
    history_is_open,
    history_owner,
    history_progress,
    history_sources,
    launch_history,
    rewrite_due,
    start_account,
    start_history,
    start_received,
    take_up_histories,
)
from twoyes.network.log.rewriting import forget_keys, remove_owner, rewrite
from twoyes.network.misplaced import told_apart
from twoyes.network.naming import names_seen
from twoyes.network.own import add_own_address, own_addresses
from twoyes.network.promises import Promised, drop_promise, forget_cards, is_promise, keep_promise, promise, promises
from twoyes.network.rebuilding import (
    in_turn,
    is_moving,
    is_rebuilding,
    is_stale,
    launch_rebuild,
    made_at,
    rebuild,
    rebuild_due,
    work_through,
)
from twoyes.network.records import (
    Between,
    Evidence,
    HistoryProblem,
    HistoryProgress,
    HistoryReport,
    HistorySource,
    Relationship,
    Sight,
)
from twoyes.network.reviewing import Pair, Review, Silent, review
from twoyes.network.same import Same, same_people, why_same
from twoyes.network.sources.caldav import account as calendars
from twoyes.network.sources.imap import SENT_NAMES
from twoyes.network.sources.imap import Account as MailAccount
from twoyes.network.sources.imap import account as mailbox
from twoyes.network.sources.imap import last_name as folder_name
from twoyes.network.sources.imap import opened as open_mailbox
from twoyes.network.sources.servers import Account
from twoyes.network.ties import Level, level
from twoyes.network.topics import About, is_untold, remember_topics, remembers_topics, topics
from twoyes.network.uploads import Upload, check_room
from twoyes.network.ways.finding import Someone, Step, Way, Ways, warm_paths
from twoyes.network.ways.mine import Rhythm
from twoyes.network.ways.picturing import Dot, Line, Picture, Rest, neighbours, picture
from twoyes.network.ways.plan import SIDE
from twoyes.network.ways.shared import Shared
from twoyes.network.ways.shelf import open_ahead

__all__ = [
    "SENT_NAMES",
    "SIDE",
    "About",
    "Account",
    "Between",
    "Dot",
    "Evidence",
    "HistoryProblem",
    "HistoryProgress",
    "HistoryReport",
    "HistorySource",
    "Level",
    "Line",
    "MailAccount",
    "Pair",
    "Picture",
    "Promised",
    "Relationship",
    "Rest",
    "Review",
    "Rhythm",
    "Same",
    "Shared",
    "Sight",
    "Silent",
    "Someone",
    "Step",
    "Upload",
    "Way",
    "Ways",
    "Whom",
    "add_own_address",
    "between",
    "calendars",
    "carry_history",
    "check_room",
    "delete_history",
    "drop_promise",
    "evidence",
    "evidence_on",
    "folder_name",
    "forget_cards",
    "forget_keys",
    "histories",
    "history_is_open",
    "history_owner",
    "history_progress",
    "history_sources",
    "import_history",
    "import_ties",
    "in_turn",
    "is_moving",
    "is_promise",
    "is_rebuilding",
    "is_stale",
    "is_untold",
    "keep_promise",
    "launch_history",
    "launch_rebuild",
    "level",
    "made_at",
    "mailbox",
    "names_seen",
    "neighbours",
    "open_ahead",
    "open_mailbox",
    "own_addresses",
    "picture",
    "promise",
    "promises",
    "read_from",
    "rebuild",
    "rebuild_due",
    "remember_topics",
    "remembers_topics",
    "remove_owner",
    "review",
    "rewrite",
    "rewrite_due",
    "same_people",
    "start_account",
    "start_history",
    "start_received",
    "take_up_histories",
    "told_apart",
    "topics",
    "warm_paths",
    "why_same",
    "word_sentence",
    "work_through",
]
