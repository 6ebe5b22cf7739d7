/* send.pml: the way out of one ask, as src/twoyes/introductions/outbox.py goes it.
 *
 * Checked with spin by tests/faults/test_models.py: no more than one copy may ever exist, and each -D below takes
 * one part away and must then be caught, or the model would prove nothing.
 *
 *   -DNO_PONR     nothing is committed between the 354 and the dot: the row stays `claimed`
 *   -DNO_EPOCH    a result may be written by whoever claimed the letter before
 *   -DREAP_XMIT   the reaper returns transmissions to the queue, and not only claims
 *   -DLOSES       a power cut undoes a commit that returned (synchronous=NORMAL)
 *   -DNO_GUARD    a restored store does not know that it is one
 *   -DLIES        the relay answers 4xx to the dot although it took the message; -DSTRICT is our answer to it
 */
mtype = { queued, claimed, xmit, sent, unknown, failed, parked, held };
mtype = { none, taken, later, refused, lost };

#ifndef WORKERS
#define WORKERS 2
#endif
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

/* settle: only the owner of the epoch, only from a state in which its result is possible */
inline settle(result) {
  atomic {
#ifdef NO_PONR
    if :: (state == claimed && OWNER && result != later) -> state = xmit :: else fi;
#endif
    if
    :: (OWNER && result == taken && (state == xmit || state == unknown)) -> state = sent; asked = true
    :: (OWNER && result == refused && (state == claimed || state == xmit || state == unknown)) -> state = failed
    :: (OWNER && result == later && (state == claimed || state == xmit)) -> state = queued
    :: (OWNER && result == lost && state == xmit) -> state = unknown; asked = true
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
  atomic { (state == queued && epoch < MOST && generation == installed) ->
    state = claimed; epoch++; mine = epoch; under_way++ };
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
    :: (state == claimed && epoch == mine && wanted
#ifndef NO_GUARD
        && generation == installed && installed == witnessed
#endif
       ) ->
#ifndef NO_PONR
      state = xmit
#endif
    :: else -> goto back /* the socket is closed without the dot */
    fi
  };
  if :: atomic { under_way--; goto claim } :: true fi;
  /* the dot: taken or not, answered or not */
  if
  :: atomic { copies++; assert(copies <= 1); reply = taken }
  :: atomic { copies++; assert(copies <= 1); reply = lost }
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
    :: (state == claimed && epoch == mine && wanted) -> state = queued
    :: (state == claimed && epoch == mine && !wanted) -> state = parked
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
  :: atomic { (state == claimed) -> state = queued }
#ifdef REAP_XMIT
  :: atomic { (state == xmit) -> state = queued }
#else
  :: atomic { (state == xmit) -> state = unknown; asked = true }
#endif
  od
}

/* Withdrawing parks what has not left; approving again makes it due again, as long as nothing was handed over. */
proctype People() {
end_people:
  do
  :: atomic { (wanted) -> wanted = false;
       if :: (state == queued || state == claimed) -> state = parked :: else fi }
  :: atomic { (!wanted && !asked && state == parked) -> wanted = true; state = queued }
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
  :: atomic { (installed != witnessed && (state == queued || state == claimed)) -> state = held }
  :: atomic { (state == held && copies == 0) -> installed = witnessed; generation = installed; state = queued }
#endif
  od
}

init { atomic { byte n;
  for (n : 1 .. WORKERS) { run Worker() }
  run Reaper(); run People(); run Operator() } }
