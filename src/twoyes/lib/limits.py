"""Every number of the protocol, each with its sentence. Change one here and nowhere else."""

from datetime import time, timedelta

# A login code is short, so it lives for ten minutes and three tries.
LOGIN_CODE_AGE = timedelta(minutes=10)
LOGIN_CODE_TRIES = 3

# Whoever writes has two days to prove their address.
VERIFY_LINK_AGE = timedelta(hours=48)
# The ask's page stays open a month past the deadline (or the date named by *later*).
TARGET_LINK_GRACE = timedelta(days=30)
# Wishes and objections stay in reach for a year, and so does "tell Cora how it went".
WISHES_LINK_AGE = timedelta(days=365)
# The requester's own page lasts longer than any introduction; each new proof renews it.
REQUESTER_LINK_AGE = timedelta(days=400)

# A form filled in faster than a hand can type is a machine's; one from yesterday is stale.
FORM_TOKEN_MIN_AGE = timedelta(seconds=5)
FORM_TOKEN_MAX_AGE = timedelta(hours=24)

# Between the point of no return and the final dot, on the monotonic clock.
PONR_TO_DOT = timedelta(seconds=30)
# A claim this old belongs to a worker that died; it goes back to the queue.
CLAIM_AGE = timedelta(minutes=2)
# A transmission this old has an outcome nobody will ever know.
XMIT_AGE = timedelta(minutes=15)
# Whether a draft was made can be looked up; if the mailbox lets nobody look for this long, nobody will ever know.
DRAFT_DOUBT = timedelta(days=1)
# Drafts are looked after this often, and for this long.
DRAFTS_LOOK = timedelta(minutes=3)
DRAFTS_KEPT = timedelta(days=60)
# A temporary refusal is answered with patience: doubling, give or take a fifth.
BACKOFF_FIRST = timedelta(minutes=5)
BACKOFF_LONGEST = timedelta(hours=4)
BACKOFF_JITTER = 0.2
# An ask that could not leave by the earlier of these two is not sent any more.
NOT_AFTER_SLOT = timedelta(hours=72)
NOT_AFTER_APPROVAL = timedelta(days=14)
# What a mail server may take to connect, to answer a command, and to answer the final dot.
SMTP_CONNECT = timedelta(seconds=30)
SMTP_COMMAND = timedelta(seconds=300)
SMTP_FINAL_REPLY = timedelta(seconds=600)
# A server that talks longer than this is not answering.
SMTP_REPLY_LINES = 100
# So many letters may follow each other on one connection, and so long it may stay open between two.
SMTP_LETTERS = 50
SMTP_RESTS = timedelta(seconds=5)
# So many equal refusals in a row are about us, not about the letters.
BREAKER_REFUSALS = 5
# Called spam by so many within this time, and by one in a thousand, asks stop; after a release by three (decision 35).
COMPLAINTS_COUNTED = timedelta(days=30)
COMPLAINTS_LEAST = 3
COMPLAINTS_STOP = 1
COMPLAINTS_MOST = 3
# Of fewer letters than this three in a thousand is less than the least, and says nothing yet.
COMPLAINTS_TELLING = 1000
# A server that refused our password is asked again after this.
AUTH_RETRY = timedelta(minutes=10)
# A report on a letter comes within days; what names it later was lying about somewhere.
RETURN_ADDRESS_AGE = timedelta(days=30)
# Whoever answers a letter of more than a year ago answers the connector, and nothing follows from it.
REPLY_ADDRESS_AGE = timedelta(days=400)
# So many requests of a day reach the connector as letters; the others stand in the digest of the next morning. And
# while so many wait at one desk, its form takes no more: nobody would read them (D23).
REQUEST_LETTERS_A_DAY = 30
REQUESTS_WAITING = 200
# So many answers of a day reach the connector as letters; the others stand on the desk.
REPLY_COPIES_A_DAY = 5
# A signature is good for as long as mail servers try to hand a letter over, and a little more.
DKIM_AGE = timedelta(days=7)
# Without IDLE the mailbox is looked at this often.
IMAP_POLL = timedelta(seconds=120)

# Bytes of a message that are kept, and bytes beyond which it is not taken at all (C26, D10).
INBOUND_KEPT = 1_048_576
INBOUND_MOST = 50 * 1_048_576
# Bytes of a head that are looked at before anything is decoded (D10).
INBOUND_HEAD = 65_536
# Connections at once, messages a minute over all of them, and addresses of one message that are nobody's.
INBOUND_SESSIONS = 50
INBOUND_A_MINUTE = 600
INBOUND_UNKNOWN = 10
# Messages of one day to one address of ours; whoever holds it fills no store by it (C21).
INBOUND_A_DAY = 60
# A message that could not be read so often is set aside for a human (B24).
INBOUND_TRIES = 3
# Whoever read a message this long ago without a word has died of it; then the next try may begin.
INBOUND_TRY = timedelta(minutes=2)
# What one reading may cost (B25): bytes of memory, seconds of computing, seconds on the wall.
READING_MEMORY = 512 * 1_048_576
READING_CPU = timedelta(seconds=10)
READING_WALL = timedelta(seconds=30)

# More asks a day than this and a connector is a mailing list.
ASKS_A_DAY = 50
# Seconds between two letters, in all and to one domain.
SENDING_INTERVAL = timedelta(seconds=1)
SENDING_INTERVAL_PER_DOMAIN = timedelta(seconds=20)
# Nobody's mailbox is filled by others who type in their address.
VERIFY_LETTERS_PER_ADDRESS_AND_DAY = 1
VERIFY_LETTERS_PER_IP_AND_DAY = 5
# A browser that proved the address needs no new letter for a month.
PROVED_BROWSER_AGE = timedelta(days=30)

# Two asks to one person are at least this far apart, whoever the connector is.
SPACING = timedelta(days=30)
# A target may invite one more ask about the same person.
INVITED_ASKS_PER_PAIR = 1

# The ask runs ten days, and no rule may make it shorter than seven.
ASK_AGE = timedelta(days=10)
ASK_AGE_LEAST = timedelta(days=7)
# The answer to the requester comes this long after the ask could have ended, plus part of a day.
ANSWER_MARGIN = timedelta(days=14)
ANSWER_DRAW_LEAST = timedelta(hours=1)
ANSWER_DRAW_MOST = timedelta(days=1)
# An introduction written as a draft takes a week longer.
DRAFT_MARGIN = timedelta(days=7)
# Back in waiting, approving again needs the ask's length and this much time.
APPROVE_AGAIN_MARGIN = timedelta(days=1)
# After a yes there are ten minutes to think again.
HOLD = timedelta(minutes=10)
# An introduction that has not left so long after them was held back, and the desk says that it waits.
INTRODUCTION_LATE = timedelta(hours=1)
# A yes after `their_details` counts until this long before the date.
LATE_YES_MARGIN = timedelta(hours=1)

# Nothing unfinished stays for ever: reminder, then end, for each state that waits for a person.
DRAFT_AGE = timedelta(days=30)
WAITING_REMINDER = timedelta(days=5)
WAITING_AGE = timedelta(days=14)
TALKING_REMINDER = timedelta(days=7)
TALKING_AGE = timedelta(days=21)
RETURNED_AGE = timedelta(days=30)
AGREED_DRAFT_REMINDER = timedelta(days=2)
AGREED_DRAFT_AGE = timedelta(days=7)
PASSED_AGE = timedelta(days=21)
# An ask that a slot would hold back longer than this after approval is not made.
SLOT_AFTER_APPROVAL = timedelta(days=14)

# After the introduction: one nudge to write, one word to the connector, then what came of it.
WROTE_NUDGE = timedelta(hours=24)
CONNECTOR_WORD = timedelta(days=7)
OUTCOME_ASKED = timedelta(days=14)
OUTCOME_NUDGE = timedelta(days=14)
OUTCOME_AGE = timedelta(days=28)
OUTCOME_AGAIN = (timedelta(days=60), timedelta(days=180))
# What counts against somebody is shown to them first, and counts only after this; and no longer than a year.
HEARD_FIRST = timedelta(days=7)
COUNTS_FOR = timedelta(days=365)
# A pair that met may be introduced again, once, within a year.
INTRODUCE_AGAIN_AGE = timedelta(days=365)
# A nudge that is a week late would only confuse.
NUDGE_TOO_LATE = timedelta(days=7)
# No ask leaves in the days before a closed week: the answer would find nobody.
BEFORE_CLOSED_WEEK = timedelta(days=3)

# The digest waits for the morning in the connector's own zone, the monthly letter for the 1st.
DIGEST_AT = time(8, 0)
MONTHLY_LETTER_DAY = 1

# Words that nobody needs any more are forgotten.
WORDS_OF_ENDED_AGE = timedelta(days=180)
RAW_INBOUND_AGE = timedelta(days=30)
REPLIES_TO_ASKS_AGE = timedelta(days=7)
# What may not stay longer is looked for this often.
TIDY_INBOX = timedelta(hours=1)
# An export is a copy of somebody's life: it lasts a day, and asks for a fresh proof.
EXPORT_FILE_AGE = timedelta(hours=24)
REAUTHENTICATION_AGE = timedelta(minutes=10)
# Tables forget at once, the interaction log within a day.
ERASURE_IN_PARQUET = timedelta(hours=24)

# Names longer than this are not names (D6).
NAME_LENGTH = 200
