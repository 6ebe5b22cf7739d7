/* consent.pml: one introduction that somebody asked for, as src/twoyes/introductions/protocol/table.py has it.
 *
 * Connector, requester, target, clock, erasure and the two letters that may not be taken back: the ask, and the
 * introduction. tests/faults/test_models.py checks with spin that neither leaves against anybody's word, and that each
 * -D below, which takes one part away, is caught; and it compares every GO here with the rows of the table.
 * Of letters that the connector sends from their own drafts only the ask is here: when such an introduction goes is
 * its owner's word and not ours.
 *
 *   -DTOCTOU_ASK    the ask is checked when it is claimed, and not at its point of no return
 *   -DTOCTOU_INTRO  the introduction likewise
 *   -DREADCHECK     "was this person asked lately?" is read at the claim and written later
 *   -DNO_DATE       the introduction may leave although the promised date has come
 *   -DNO_STANDING   a yes in advance is not looked at again when it stands in for an answer
 *   -DNO_WISH       a wish to be left alone is not looked at again before the introduction leaves
 *   -DNO_HOLD       the introduction does not wait for its hold (release) before it may leave
 *   -DMEETS         nothing is taken away: caught as soon as an introduction leaves, or the model would be empty
 */
mtype = { waiting, asking, agreed, introduced, closed, refused, deferred, undeliverable, withdrawn, lapsed, declined,
          erased };
mtype = { none, sent, unknown, failed };

/* One line of the table: its letter, the event, the states it starts from and the one it leads to. `same` stays,
 * `before` goes back to where the answer was given, and the last part is what branch and guards ask for. */
#define GO(row, event, from, to, only) (IS_##from(st) && (only)) -> left_from = st; st = TO_##to

#define IS_waiting(s) (s == waiting)
#define IS_asking(s) (s == asking)
#define IS_agreed(s) (s == agreed)
#define IS_introduced(s) (s == introduced)
#define IS_closed(s) (s == closed)
#define IS_with_target(s) (s == asking || s == agreed)
#define IS_may_change(s) (s == refused || s == deferred)
#define IS_refused(s) (s == refused)
#define IS_deferred(s) (s == deferred)
#define IS_out(s) (s == introduced || s == closed || s == agreed)
#define IS_not_out(s) (s == waiting || s == asking || s == agreed)
#define IS_quiet(s) (s == declined || s == lapsed || s == refused || s == undeliverable || s == deferred || s == withdrawn || s == closed)
#define IS_ends(s) (s == declined || s == lapsed || s == refused || s == undeliverable || s == deferred || s == withdrawn || s == erased)
#define IS_over(s) (s == declined || s == lapsed || s == refused || s == undeliverable || s == deferred || s == withdrawn || s == erased || s == closed)
#define IS_erased(s) (s == erased)
#define IS_any(s) (true)

#define TO_same st
#define TO_before was
#define TO_waiting waiting
#define TO_asking asking
#define TO_agreed agreed
#define TO_introduced introduced
#define TO_closed closed
#define TO_refused refused
#define TO_deferred deferred
#define TO_undeliverable undeliverable
#define TO_withdrawn withdrawn
#define TO_lapsed lapsed
#define TO_declined declined
#define TO_erased erased

/* what the snapshot holds */
mtype st = waiting;
hidden mtype left_from; /* the state before the latest GO */
mtype was = waiting;    /* where the first of several answers was given */
bool answered = false;
bool promised = false;  /* whoever asked was told a date */
bool barred = false;    /* the chapter takes no yes any more */
bool told = false;      /* the final letter is owed */
bool by_asker = false;  /* withdrawn by whoever asked */
bool handed = false;    /* the relay's word about the ask has come */
bool standing = false;  /* approved on a yes in advance */
bool released = false;
bool met = false;       /* introduced_at */
/* what else is committed */
bool due = false;       /* the ask is in the queue */
bool letters = false;   /* the introduction is */
bool slot = false;      /* somebody asked this person lately */
bool wish = false;      /* they said that they do not wish to be asked */
bool advance = true;    /* their yes in advance */
/* clocks; nothing says when, only what comes before what */
bool deadline = false;
bool date = false;
/* the truth, which no program reads */
byte asks = 0;          /* copies of this ask */
byte lately = 0;        /* asks of this person by anybody, within one spacing */
bool yes_now = false;   /* the target's last word here */
bool desk = false;      /* the connector wants it */

#define ENDED (barred || met)
#define IN_TIME (!ENDED && !told && !deadline && !date)
#define TOO_LATE (!ENDED && !IN_TIME)
#define REASON_ASK (IS_asking(st) && !wish)
#define REASON_INTRO (IS_agreed(st) && MAY_LEAVE && BEFORE_DATE && WELCOME && STANDS)
#ifdef NO_HOLD
#define MAY_LEAVE true
#else
#define MAY_LEAVE released
#endif
#ifdef NO_DATE
#define BEFORE_DATE true
#else
#define BEFORE_DATE (!date)
#endif
#ifdef NO_WISH
#define WELCOME true
#else
#define WELCOME (!wish)
#endif
#ifdef NO_STANDING
#define STANDS true
#else
#define STANDS (!standing || answered || advance)
#endif

/* what stays behind in a state that was left does not leave any more */
inline left() {
  if :: (st != asking) -> due = false :: else fi;
  if :: (st != agreed && st != introduced) -> letters = false; released = false :: else fi
}
inline answer(yes) {
  if :: (!answered) -> was = left_from; answered = true :: else fi;
  yes_now = yes
}

/* One final letter, to whoever asked and did not withdraw; never beside an introduction. */
inline final() {
  if :: (!by_asker) -> told = true; assert(!met) :: else fi
}

proctype Connector() {
end_connector:
  do
  :: atomic { GO(I, approve, waiting, agreed, advance && !wish && !date); promised = true; desk = true; standing = true }
  :: atomic { GO(J, approve, waiting, asking, !date); promised = true; desk = true; standing = false; due = !handed }
  :: atomic { GO(K, decline, waiting, declined, true); desk = false }
  :: atomic { GO(e, withdraw, with_target, withdrawn, true); desk = false; barred = true; left() }
  :: atomic { GO(ε, close, out, closed, met); desk = false; barred = true; left() }
  :: atomic { GO(ε, close, not_out, withdrawn, !met); desk = false; barred = true; left() }
  :: atomic { GO(ε, close, over, same, true); desk = false; barred = true }
  od
}

proctype Requester() {
end_requester:
  do
  :: atomic { GO(S, withdraw, waiting, withdrawn, true); by_asker = true; barred = true }
  :: atomic { GO(e, withdraw, with_target, withdrawn, true); by_asker = true; barred = true; left() }
  :: atomic { GO(β, withdraw, quiet, withdrawn, !met && !date); by_asker = true; barred = true }
  :: atomic { GO(β, withdraw, erased, same, !met); by_asker = true; barred = true }
  od
}

/* They answer at the page of the ask, so only once a copy is out; and again, and change their mind. */
proctype Target() {
end_target:
  do
  :: atomic { GO(Z, yes, asking, agreed, asks > 0 && !deadline); answer(true); released = false }
  :: atomic { GO(a, no, with_target, refused, asks > 0 || standing); answer(false); left() }
  :: atomic { GO(c, later, with_target, deferred, (asks > 0 || standing) && !deadline); answer(false); left() }
  :: atomic { GO(h, undo, agreed, before, answered); answered = false; yes_now = false; left() }
  :: atomic { GO(v, undo, may_change, before, answered && IN_TIME); answered = false; yes_now = false; left() }
  :: atomic { GO(v, yes, may_change, agreed, IN_TIME); answer(true); released = false }
  :: atomic { GO(v, later, may_change, deferred, IN_TIME); answer(false) }
  :: atomic { GO(w, yes, may_change, same, TOO_LATE) }
  :: atomic { GO(t, yes, closed, same, TOO_LATE) }
  :: atomic { GO(x, no, may_change, refused, !ENDED); answer(false) }
  /* on their own page, at any time, whatever this introduction is */
  :: atomic { (!wish) -> wish = true }
  :: atomic { (advance) -> advance = false }
  od
}

proctype Clock() {
end_clock:
  do
  :: atomic { (!deadline && handed) -> deadline = true }
  :: atomic { (!date && promised) -> date = true; deadline = true }
  :: atomic { GO(d, silence, asking, refused, deadline && handed) ; left() }
  :: atomic { GO(V, not_after, asking, undeliverable, !handed); barred = true; left() }
  :: atomic { GO(f, hold_over, agreed, same, !released); released = true; letters = true }
  :: atomic { GO(Q, lapse, waiting, lapsed, true) }
  :: atomic { GO(i, lapse, agreed, lapsed, true); barred = true; left() }
  :: atomic { GO(α, final, agreed, lapsed, date && !told); final(); barred = true; left() }
  :: atomic { GO(α, final, asking, refused, date && !told); final(); left() }
  :: atomic { GO(α, final, waiting, lapsed, date && !told); final() }
  :: atomic { GO(α, final, over, same, date && !told && !met); final() }
  od
}
proctype Eraser() {
end_eraser:
  atomic { GO(δ, erase, any, erased, true); barred = true; wish = true; left() }
}

/* The ask: claimed, checked in the transaction that is its point of no return, and whatever the relay then says. */
proctype Asking() {
  mtype reply = none;
  bool free, fit;
end_asking:
  do
  :: (due) ->
    fit = REASON_ASK; free = !slot;
    atomic {
      if
#ifdef TOCTOU_ASK
      :: (due && fit && !slot) ->
#else
#ifdef READCHECK
      :: (due && REASON_ASK && free) ->
#else
      :: (due && REASON_ASK && !slot) ->
#endif
#endif
        due = false;
        assert(!wish && desk && !by_asker && st == asking);
        slot = true; asks++; lately++; assert(asks <= 1 && lately <= 1); reply = sent
      /* stand_back: the protocol hears why it did not leave */
      :: GO(W, blocked, asking, refused, due && wish && !handed); due = false; barred = true; left()
      :: GO(W, blocked, asking, waiting, due && !wish && !handed); due = false
      :: GO(W, blocked, asking, same, due && !wish && slot && !handed)
      :: GO(V, blocked, asking, undeliverable, due && !handed); due = false; barred = true; left()
      :: GO(γ, blocked, any, same, !due)
      fi
    };
    if
    :: (reply == none)
    :: (reply != none) ->
      if :: reply = sent :: reply = unknown :: reply = failed fi;
      /* settle, or the reaper; whatever has happened meanwhile */
      atomic {
        if
        :: (reply == failed) -> asks--; lately--; slot = false;
          if
          :: GO(V, failed, asking, undeliverable, true); barred = true; left()
          :: GO(γ, failed, any, same, st != asking)
          fi
        :: (reply == sent) ->
          if :: GO(U, sent, asking, same, true) :: GO(γ, sent, any, same, st != asking) fi; handed = true
        :: (reply == unknown) ->
          if :: GO(U, unknown, asking, same, true) :: GO(γ, unknown, any, same, st != asking) fi; handed = true
        fi
      };
      reply = none
    fi
  od
}

/* Another introduction asks the same person. */
proctype Rival() {
  bool free;
end_rival:
#ifdef READCHECK
  free = !slot;
  atomic { (free) -> slot = true; lately++; assert(lately <= 1) }
#else
  atomic { (!slot) -> slot = true; lately++; assert(lately <= 1) }
#endif
}

/* The introduction: its first envelope's point of no return is the event `introduced`. */
proctype Introducing() {
  bool fit;
end_introducing:
  do
  :: (letters && !met) ->
    fit = REASON_INTRO;
    atomic {
      if
#ifdef TOCTOU_INTRO
      :: (fit) -> st = introduced;
#else
      :: GO(g, introduced, agreed, introduced, REASON_INTRO);
#endif
        assert(desk && !by_asker && !barred && !wish && !date && !told);
        assert(yes_now || (standing && !answered && advance));
        assert(released);
#ifdef MEETS
        assert(false);
#endif
        met = true; letters = false
      :: GO(j, blocked, agreed, refused, wish || !STANDS); barred = true; left()
      :: GO(j, blocked, agreed, same, !wish)
      :: (st != agreed)
      fi
    }
#ifdef NO_HOLD
  :: atomic { (IS_agreed(st) && !letters && !met) -> letters = true }
#endif
  od
}

init { atomic { run Connector(); run Requester(); run Target(); run Clock(); run Eraser(); run Asking(); run Rival();
                run Introducing() } }
