/* SPDX-License-Identifier: Apache-2.0
 * A request under the policy, the people who move it and the crashes that come between, for spin.
 * The ways in go() are those of src/services/rights/states.cc; RightStates.WhatSpinProvesIsWhatThisProgramDoes
 * compares them line by line. A step of the program is: look, do what lasts outside of the row (make an
 * archive, erase), and write the new state. The process may die between any two of them.
 *
 * Proved: no process stands still anywhere but where it may; `done` is never said while the work is not whole;
 * an answer never goes to somebody who was not shown, nor without an officer's word; and every request is closed
 * in the end, if people act and the process does not die for ever.
 */
#define ACCESS     0
#define CORRECTION 1
#define ERASURE    2
#define OBJECTION  3
#define CRASHES    3    /* of one request; each may be anywhere */
#define FAILURES   2    /* of making an answer */
#define LOSSES     1    /* of an archive that was there */
#define AGAINS     1    /* times that an officer wants the answer anew */
#define WITHIN     2    /* extensions that are tried: one must be refused */

mtype:state = { received, unshown, open, collecting, review, approved, carrying, ready, done, refused, withdrawn,
                expired };
mtype:event = { tell, identify, collect, collected, fail, again, approve, carry, keep, unfit, carried, deliver, stale, fetched,
                lapse, refuse, withdraw, expire, extend };

mtype:state state = received;
byte kind;
bool told;              /* the letter about identity, in the row's own transaction */
bool shown;             /* who asks is known */
bool word;              /* an officer's, for this answer */
bool archive;           /* there to be fetched: of this request, whole */
bool announced;         /* the letter that says so, in the row's own transaction */
bool all_held;          /* every value is under a hold or a duty: an erasure could take nothing */
bool worked;            /* the erasure, objection or correction, looked up in the store */
bool given;             /* the archive was handed out whole, or waited as long as was said */
bool extended;
byte crashes; byte failures; byte losses; byte agains; byte tries;
bool dead;              /* until the next start */
bool may_fetch;         /* whether this one is of those who fetch: nobody has to */
bool may_withdraw;      /* whether this one is of those who take it back: nobody has to */

inline go(e) {
    if
    :: e == tell && state == received -> state = unshown
    :: e == identify && state == received -> state = open
    :: e == identify && state == unshown -> state = open
    :: e == collect && state == open -> state = collecting
    :: e == collected && state == collecting -> state = review
    :: e == fail && state == collecting -> state = open
    :: e == again && state == review -> state = open
    :: e == approve && state == review -> state = approved
    :: e == carry && state == approved -> state = carrying
    :: e == keep && state == approved -> state = review
    :: e == unfit && state == carrying -> state = review
    :: e == carried && state == carrying -> state = done
    :: e == deliver && state == approved -> state = ready
    :: e == stale && state == approved -> state = open
    :: e == stale && state == ready -> state = open
    :: e == fetched && state == ready -> state = done
    :: e == lapse && state == ready -> state = done
    :: e == refuse && state == unshown -> state = refused
    :: e == refuse && state == open -> state = refused
    :: e == refuse && state == collecting -> state = refused
    :: e == refuse && state == review -> state = refused
    :: e == withdraw && state == received -> state = withdrawn
    :: e == withdraw && state == unshown -> state = withdrawn
    :: e == withdraw && state == open -> state = withdrawn
    :: e == withdraw && state == collecting -> state = withdrawn
    :: e == withdraw && state == review -> state = withdrawn
    :: e == withdraw && state == approved -> state = withdrawn
    :: e == withdraw && state == ready -> state = withdrawn
    :: e == expire && state == unshown -> state = expired
    :: e == extend && state == unshown -> state = unshown
    :: e == extend && state == open -> state = open
    :: e == extend && state == collecting -> state = collecting
    :: e == extend && state == review -> state = review
    :: e == extend && state == approved -> state = approved
    :: else -> skip    /* refused, and nothing is written */
    fi
}

#define CLOSED (state == done || state == refused || state == withdrawn || state == expired)
/* What `done` promises, of each kind. */
#define WHOLE  (shown && word && (kind == ACCESS -> (announced && given) : worked))

/* It may die between any two steps: what was begun is looked at anew by whoever starts next. */
inline may_die() {
    if
    :: crashes < CRASHES -> crashes++; dead = true
    :: true
    fi
}

proctype Program() {
    bool there;
again_from_the_row:
    do
    :: atomic { dead -> dead = false; goto again_from_the_row }    /* a start */
    :: atomic { CLOSED -> break }
    :: atomic { state == received && !dead -> if :: shown -> go(identify) :: else -> told = true; go(tell) fi }
    :: atomic { state == unshown && shown && !dead -> go(identify) }
    :: atomic { state == open && !dead -> archive = false; word = false; announced = false; go(collect) }
    :: state == collecting && !dead ->
        may_die();
        if
        :: dead -> goto again_from_the_row
        :: failures < FAILURES -> atomic { failures++; archive = false; go(fail) }
        :: else -> skip
        fi;
        /* Made outside of the row; whoever comes after a death finds it there, or makes it. */
        if
        :: state == collecting -> if :: kind == ACCESS -> archive = true :: else -> skip fi
        :: else -> goto again_from_the_row
        fi;
        may_die();
        if
        :: dead -> goto again_from_the_row
        :: else -> atomic { if :: state == collecting && (archive || kind != ACCESS) -> go(collected) :: else -> skip fi }
        fi
    :: state == approved && kind == ACCESS && !dead ->
        may_die();
        if
        :: dead -> goto again_from_the_row
        :: else -> skip
        fi;
        atomic {
            there = archive;
            if
            :: state != approved -> skip       /* withdrawn meanwhile */
            :: state == approved && there -> announced = true; go(deliver)
            :: state == approved && !there -> go(stale)
            fi
        }
    :: atomic { state == approved && kind == ERASURE && all_held && !dead -> word = false; all_held = false; go(keep) }
    :: atomic { state == approved && kind != ACCESS && !all_held && !dead -> go(carry) }
    :: state == carrying && !dead ->
        may_die();
        if
        :: dead -> goto again_from_the_row
        :: else -> skip
        fi;
        if
        :: atomic { kind == CORRECTION && failures < FAILURES -> failures++; word = false; go(unfit); goto again_from_the_row }
        :: true
        fi;
        worked = true;    /* outside of the row; doing it twice does it once */
        may_die();
        if
        :: dead -> goto again_from_the_row
        :: else -> skip
        fi;
        /* `done` rests on looking, and not on having come here. */
        atomic { if :: worked -> go(carried) :: else -> skip fi }
    :: atomic { state == ready && given && !dead -> go(fetched) }
    :: atomic { state == ready && !archive && !given && !dead -> go(stale) }
    :: atomic { state == ready && archive && !dead -> given = true; go(lapse) }    /* its last day came */
    od
}

/* Who asked: shows who they are or lets it be, fetches, may take it back at any time. */
proctype Customer() {
    do
    :: atomic { CLOSED -> break }
    :: atomic { (state == received || state == unshown) && !shown -> shown = true }
    :: atomic { state == unshown && !shown -> go(expire) }    /* its last day came: the program writes it */
    :: atomic { state == ready && archive && !given && may_fetch -> given = true; archive = false }
    :: atomic { !CLOSED && may_withdraw -> go(withdraw); if :: CLOSED -> break :: else -> skip fi }
    od
}

/* Says yes, no, or asks again; and must come to an end with what is in review. */
proctype Officer() {
    do
    :: atomic { CLOSED -> break }
    :: atomic { state == review && (archive || kind != ACCESS) -> word = true; go(approve) }
    :: atomic { state == review && !archive && kind == ACCESS -> go(again) }
    :: atomic { state == review && agains < AGAINS -> agains++; go(again) }
    :: atomic { state == review || state == unshown -> go(refuse) }
    :: atomic { tries < WITHIN && !extended && (state == review || state == open) -> tries++; extended = true; go(extend) }
    od
}

/* What time does to an archive that waits too long for its officer. */
proctype Loss() {
end:
    do
    :: atomic { CLOSED -> break }
    :: atomic { losses < LOSSES && archive && (state == review || state == approved || state == ready) -> losses++; archive = false }
    od
}

proctype Honest() {
end:
    atomic { !(state != done || WHOLE) -> assert(false) }
}

proctype Private() {
end:
    atomic { (state == ready || state == carrying) && !(shown && word) -> assert(false) }
}

init {
    atomic {
        select (kind : ACCESS .. OBJECTION);
        if :: kind == ERASURE -> all_held = true :: all_held = false fi;
        if :: may_fetch = true :: may_fetch = false fi;
        if :: may_withdraw = true :: may_withdraw = false fi;
        run Program(); run Customer(); run Officer(); run Loss(); run Honest(); run Private()
    }
}

/* If people act: whoever may move a request in the end does, and letters about it may be read. */
ltl closes { <> CLOSED }
