/* send.pml: the way out of one ask, as src/twoyes/introductions/outbox.py goes it.
 *
 * Checked with spin by tests/faults/test_models.py: no more than one copy may ever exist, and each -D below takes
 * one part away and must then be caught, or the model would prove nothing.
 *
 * Each MOVE names who makes it in the code, and the test compares all of them with what the code and the store allow.
 *
 *   -DNO_PONR     nothing is committed between the 354 and the dot: the row stays `claimed`
 *   -DNO_EPOCH    a result may be written by whoever claimed the letter before
 *   -DREAP_XMIT   the reaper returns transmissions to the queue, and not only claims
 *   -DLOSES       a power cut undoes a commit that returned (synchronous=NORMAL)
 *   -DNO_GUARD    a restored store does not know that it is one
 *   -DLIES        the relay answers 4xx to the dot although it took the message; -DSTRICT is our answer to it
 */
mtype = { queued, claimed, xmit, sent, unknown, failed, parked, held };
mtype = { none, taken, later, refused, lost, draft };

#ifndef WORKERS
#define WORKERS 2
#endif
/* One change of the committed row: who makes it, from where to where, and what else must hold. */
#define MOVE(by, from, to, only) (state == from && (only)) -> state = to
#define MOST 4 /* claims; more of them add no new meeting */

mtype state = queued;   /* the committed row */
byte epoch = 0;
byte generation = 1;    /* of the letter */
byte installed = 1;     /* of the store */
byte witnessed = 1;     /* in the file beside no backup */
bool wanted = true;     /* approved, not withdrawn, not erased */
bool asked = false;     /* the protocol has heard `sent` or `unknown`: no approval makes it due again */
bool restored = false;
bool undone = false;
byte under_way = 0;     /* workers between a claim and its result */
byte copies = 0;        /* for which the relay took responsibility: the truth */

#ifdef NO_EPOCH
#define OWNER true
#else
#define OWNER (epoch == mine)
#endif

#ifdef NO_GUARD
#define CURRENT true
#else
#define CURRENT (generation == installed && installed == witnessed)
#endif

/* settle: only the owner of the epoch, only from a state in which its result is possible */
inline settle(result) {
  atomic {
#ifdef NO_PONR
    if :: (state == claimed && OWNER && result != later) -> state = xmit :: else fi;
#endif
    if
    :: MOVE(settle_sent, xmit, sent, OWNER && result == taken); asked = true
    :: MOVE(settle_sent, unknown, sent, OWNER && result == taken); asked = true
    :: MOVE(settle_refused, claimed, failed, OWNER && result == refused)
    :: MOVE(settle_refused, xmit, failed, OWNER && result == refused)
    :: MOVE(settle_refused, unknown, failed, OWNER && result == refused)
    :: MOVE(settle_temporary, claimed, queued, OWNER && result == later)
    :: MOVE(settle_temporary, xmit, queued, OWNER && result == later)
    :: MOVE(settle_drafted, xmit, unknown, OWNER && result == draft); asked = true
    :: MOVE(settle_unknown, xmit, unknown, OWNER && result == lost); asked = true
    :: else
    fi;
    under_way--
  }
}

proctype Worker() {
  byte mine;
  mtype reply;
  bool alive;
claim:
  mine = 0; reply = none; alive = false;
end_idle:
  /* claim: compare-and-set */
  atomic { MOVE(claim, queued, claimed, epoch < MOST && generation == installed);
    epoch++; mine = epoch; under_way++ };
  /* connect to DATA: kill -9, a definite answer, or the 354 */
  if
  :: atomic { under_way--; goto claim }
  :: true -> settle(later); goto claim
  :: true -> settle(refused); goto claim
  :: true
  fi;
  /* point of no return: one durable transaction that checks everything again */
  atomic {
    if
#ifdef NO_PONR
    :: (state == claimed && epoch == mine && wanted && CURRENT)
#else
    :: MOVE(point_of_no_return, claimed, xmit, epoch == mine && wanted && CURRENT)
#endif
    :: else -> goto back /* the socket is closed without the dot */
    fi
  };
  if :: atomic { under_way--; goto claim } :: true fi;
  /* the dot: taken or not, answered or not */
  if
  :: atomic { copies++; assert(copies <= 1); reply = taken }
  :: atomic { copies++; assert(copies <= 1); reply = lost }
  /* a draft in the connector's own mailbox counts as a copy: it may go at any time */
  :: atomic { copies++; assert(copies <= 1); reply = draft }
#ifdef LIES
#ifdef STRICT
  :: atomic { copies++; assert(copies <= 1); reply = lost }
#else
  :: atomic { copies++; assert(copies <= 1); reply = later }
#endif
#endif
#ifndef STRICT
  :: reply = later
#endif
  :: reply = refused
  :: reply = lost
  fi;
  if :: atomic { under_way--; goto claim } :: true fi;
  settle(reply);
  goto claim;
back:
  /* stand_back: give the claim up, if it is still ours */
  atomic {
    if
    :: MOVE(stand_back, claimed, queued, epoch == mine && wanted && CURRENT)
    :: MOVE(stand_back, claimed, parked, epoch == mine && !wanted)
    :: MOVE(stand_back, claimed, held, epoch == mine && wanted && !CURRENT)
    :: else
    fi;
    under_way--
  };
  goto claim
}

/* May come by at any moment: a worker may be stopped for days, a clock may be wrong. */
proctype Reaper() {
end_reaper:
  do
  :: atomic { MOVE(reap, claimed, queued, true) }
#ifdef REAP_XMIT
  :: atomic { (state == xmit) -> state = queued }
#else
  :: atomic { MOVE(reap, xmit, unknown, true); asked = true }
#endif
  od
}

/* Withdrawing parks what has not left; approving again makes it due again, as long as nothing was handed over. */
proctype People() {
end_people:
  do
  :: atomic { (wanted) -> wanted = false;
       if
       :: MOVE(call_back, queued, parked, true)
       :: MOVE(call_back, claimed, parked, true)
       :: else
       fi }
  :: atomic { MOVE(queue, parked, queued, !wanted && !asked); wanted = true }
  od
}

/* A backup from the very beginning is put back with all workers stopped. A person looks before releasing. */
proctype Operator() {
end_operator:
  do
#ifdef LOSES
  :: atomic { (state == xmit && !undone) -> undone = true; state = claimed }
#endif
  :: atomic { (!restored && under_way == 0) ->
       restored = true; state = queued; epoch = 0; generation = 1; wanted = true; asked = false;
#ifdef NO_GUARD
       installed = 1; witnessed = 1
#else
       witnessed++
#endif
     }
#ifndef NO_GUARD
  /* hold_foreign, and release into the next generation of what nobody has received */
  :: atomic { MOVE(hold_foreign, queued, held, installed != witnessed) }
  :: atomic { MOVE(hold_foreign, claimed, held, installed != witnessed) }
  :: atomic { MOVE(release, held, queued, copies == 0); installed = witnessed; generation = installed }
#endif
  od
}

init { atomic { byte n;
  for (n : 1 .. WORKERS) { run Worker() }
  run Reaper(); run People(); run Operator() } }
