"""What on-call English says, as phrases: which words mark a symptom, a fix, a hedge.

The lists hold how people talk in incidents anywhere (operations, release engineering, public networks,
open-source projects), never the vocabulary of one incident. A phrase is one or more lower-case words,
phrases are set apart by ` / `; a single word may end in `*` for any ending,
the last word of several for the commonest ones.
"""

from __future__ import annotations

from enum import StrEnum


class Signal(StrEnum):
    """What a phrase says about the message it stands in."""

    __hash__ = str.__hash__  # Enum's own is written in Python and looked up some hundred times a message

    SYMPTOM = "symptom"
    SEEN = "seen"
    CAUSE = "cause"
    HEDGE = "hedge"
    FINDING = "finding"
    REFUTED = "refuted"
    CORRECTION = "correction"
    DIAGNOSIS = "diagnosis"
    ACTED = "acted"
    ACTING = "acting"
    INSTRUCTION = "instruction"
    RESOLVED = "resolved"
    IMPACT = "impact"
    PROMISE = "promise"
    IDEA = "idea"
    STATUS = "status"
    SOCIAL = "social"
    NEGATION = "negation"
    LACKED = "lacked"
    LUCKY = "lucky"
    WELL = "well"
    ASIDE = "aside"
    PROPOSAL = "proposal"
    PLEDGE = "pledge"
    REMEDY = "remedy"
    MECHANISM = "mechanism"
    ASSENT = "assent"


PHRASES: dict[Signal, str] = {
    Signal.SYMPTOM: """
        down / outage* / broke / broken / breaks / breaking / breakage / fail / fails / failed /
        failing / failure* / error* / crash* / panic* / timeout* / timed out / timing out / time out /
        unreachable / unavailable / not working / doesn't work / does not work / stopped working /
        no longer work* / isn't working / not responding / stuck / hang / hangs / hanging / hung /
        stall* / slow / slowly / slower / slowness / latency / lag / lagging / degraded / degradation /
        spike* / spiking / 5xx / 4xx / 500s / 502* / 503* / 504* / 500 / 403 / 401 / 429 / oom /
        oomkilled / out of memory / disk full / out of disk / no space left / can't connect /
        cannot connect / refused / rejected / rejecting / rejects / reject / died / dies / dead /
        killed / missing / lost / losing / corrupt* / invalid / mismatch* / wrong / incorrect* / bad /
        unable to / can't / cannot / couldn't / split / fork / forked / stopped / dropped / dropping /
        drops / issue / issues / problem* / incident / regression* / bug / bugs / exception* / throwing /
        404* / exhausted / saturated / overload* / backlog / lockup / deadlock* / leak / leaking /
        leaked / expired / crashloop* / bootloop* / hardfork* / diverge* / out of sync / data loss /
        flapping / not loading / don't show / doesn't show / dont show / not showing / behind / twice /
        duplicate* / spins / spinning /
        not arriving / not received / no new / won't load / won't start / doesn't start /
        unresponsive / malfunction* /
        empty
    """,
    Signal.SEEN: """
        i'm seeing / we're seeing / i am seeing / we are seeing / i see / we see / seeing / anyone else /
        is anyone / are other people / same here / same for me / getting / i get / we get / i'm getting /
        we're getting / noticed / reports of / reported / reporting / users report* / customers report* /
        alert* / paged / pager / page fired / just went down / went down / is down / are down /
        just died / looks like / started failing / suddenly / i got
    """,
    Signal.CAUSE: """
        root cause* / because / caused by / causes / causing / cause / due to / the reason / turns out /
        turned out / the problem is / the problem was / the issue is / the issue was / the bug is /
        the bug was / the culprit / culprit / introduced by / introduced in / traced to / traced it /
        tracked down / comes down to / boils down to / result of / resulting in / resulted in /
        leads to / led to / triggered by / triggered / which made / which means / which caused /
        thereby / root of / responsible for / stems from / originat* / that's why / which is why /
        regression from / regression in / started after / broke when / since the / explains / explained /
        went wrong / misconfigur* / what happened / happens when / happened when
    """,
    Signal.HEDGE: """
        maybe / perhaps / might / may / could be / could have been / probably / possibly / possible /
        presumably / i think / i suspect / suspect* / i guess / guess / guessing / i wonder / wonder if /
        wondering / seems / seem / seemed / seemingly / looks like / appears / appear / likely /
        unlikely / not sure / unsure / my hypothesis / hypothesis / theory / i believe / i'd wager /
        i assume / assuming / assume / unclear / potential / potentially / apparently / supposedly /
        if i understand / as far as i can tell / afaict / afaik / iirc / i'm not certain / could it be /
        would this be / smells like / feels like / sounds like / hunch / roughly / not certain
    """,
    Signal.FINDING: """
        found / find / i see that / confirmed / confirms / confirm / shows / showed / indicates /
        turns out / turned out / it looks like / looks like / discovered / identified / pinned down /
        narrowed / aha / reproduced / i can reproduce / the first / only happens / happens when /
        according to / nothing suspicious / the logs / log shows / in the logs / the log says /
        we traced / actually / interesting* / the difference / verified / matches / the same as /
        it seems / the culprit / this means / so the / it's because / insight* / realized / realised /
        noticed
    """,
    Signal.REFUTED: """
        nope / not the cause / not related / unrelated / nothing to do with / wasn't the / isn't the /
        is not the / was not the / ruled out / rule out / red herring / not it / false alarm /
        not the problem / not the issue / didn't help / did not help / doesn't help / no effect /
        doesn't explain / disproved / can't be / cannot be / not due to / not because / no difference /
        wrong track / didn't fix / did not fix / still failing after / still crashing / not affected /
        doesn't match / wouldn't have / wouldn't be / no longer think / that's not
    """,
    Signal.CORRECTION: """
        scratch that / correction / nvm / nevermind / never mind / i was wrong / my mistake /
        i take that back / take that back / i misread / misread / i stand corrected / strike that /
        ignore my / disregard / actually no / actually it was / actually it's / not actually /
        it was actually / on second thought / turns out it was / edit
    """,
    Signal.DIAGNOSIS: """
        looking into / look into / investigat* / debug* / diagnos* / trac* / bisect* / dump / dumps /
        logs / log / metrics / dashboard* / graph* / profil* / reproduc* / compar* / inspect* /
        checking / digging / stack trace / backtrace / looking at / take a look / taking a look /
        figuring out / figure out / test run / dry run / dry-run / query / war room / the call / zoom /
        bridge / heap / repro / analy* / examin* / grep* / monitor*
    """,
    Signal.ACTED: """
        i've disabled / disabled / enabled / restarted / rebooted / reverted / rolled back / rolled out /
        deployed / released / patched / merged / pushed / fixed / scaled / bumped / upgraded /
        downgraded / updated / changed / switched / moved / migrated / removed / added / i've added /
        installed / rotated / renewed / replaced / increased / decreased / reduced / failed over /
        failover / drained / cordoned / blocked / paused / stopped / turned off / turned on /
        disconnected / restored / rebuilt / redeployed / resynced / wiped / cleared / purged / flushed /
        killed / deleted / rerun / reran / retried / kicked / opened / submitted / made a patch /
        made a release / i made / we made / published / cut a release / applied / set / reset /
        throttled / rebased / unblocked / whitelisted / blacklisted / blocklisted / recreated / spun up /
        brought / got it / done / hotfix* / workaround
    """,
    Signal.ACTING: """
        working on / i'm on / on it / in progress / rolling back / rolling out / deploying / restarting /
        reverting / releasing / fixing / testing / trying / pushing / merging / building / patching /
        upgrading / downgrading / scaling / moving / switching / resyncing / syncing / rerunning /
        rebuilding / restoring / running / preparing / will be released / going to / about to / i will /
        i'll / we will / we'll / let me / fix for / a fix / the fix / fixes / patch / release / pr /
        pull request / hotfix* / rollback / roll back / mitigat* / workaround* / revert / restart /
        redeploy / ready / new version / upgrade / downgrade
    """,
    Signal.INSTRUCTION: """
        please / can you / could you / can someone / could someone / let's / lets / we need to /
        we have to / need to / needs to / make sure / should be / you should / everyone should / do not /
        don't / must / in the meantime / for now / until / if you / ack / agreed / agree / consensus /
        decision / decided / decide / proposal / option* / prefer* / we can / instead / recommend*
    """,
    Signal.RESOLVED: """
        resolved / back online / that worked / it worked / worked now / back up / up again /
        back to normal / recovered / recovering / recovery / recovers / all good / works now /
        working now / works again / working again / fixed now / it's fixed / is fixed / are fixed /
        fixed it / fixed things / this works / this seems to work / seems to work / seems to be working /
        green / healthy / stable again / stabilised / stabilized / succeeds / succeeded / success /
        successful* / no more errors / errors are gone / gone down to / is back / are back /
        up and running / caught up / in sync / synced / finalized / finalised / finalizing / all done /
        all clear / closing / back on track / now returns / mitigated / we're back / restored / sorted /
        passing / passes / solved / fixes the / false alarm
    """,
    Signal.IMPACT: """
        users / customers / customer / user / clients / everyone / nobody / no one / all the / all our /
        all of / every / affected / affects / affecting / impact* / of traffic / of requests / requests /
        orders / payments / revenue / money / funds / merchants / validators / nodes / pods / servers /
        hosts / machines / services / percent / majority / half of / most of / % / hours / per second /
        per day / per hour / downtime / sla / vulnerable / at risk / risk / exposed / data / members /
        jobs / builds / prs / tenants / accounts / sessions / lose / loss
    """,
    Signal.PROMISE: """
        i'll / i will / we'll / we will / i'm going to / we're going to / will do / i can do /
        i can take / happy to / i'm on / working on / we are working on / we're working on /
        i'm working on / i've opened / i opened / opened a / i filed / filed / i've filed /
        created a ticket / i've created / will be / is looking into / will fix / will push / will write /
        will open / will add / will make / will take / taking this / i submitted / i've submitted /
        i made a patch / in the works / assigned to / action item* / todo / to do / follow up /
        follow-up / followup
    """,
    Signal.IDEA: """
        we should / should probably / we need / we could / could we / we might / might be worth / worth /
        would be good / would be nice / would be great / would be useful / it'd be / would help /
        might help / makes me want / i wonder / what about / how about / we can / perhaps we / maybe we /
        should have / should be / should we / need to / needs to / needs a / ideally / in future /
        in the future / next time / longer term / long term / long-term / proposal / propose / suggest* /
        idea / would be appreciated / consider / plan to / planning to / let's / lets / follow up /
        follow-up / followup / action item* / todo / lesson* / we must / ought to / better to /
        please keep / improve / improvement / i'd like / i'd love / it would be / want to /
        going forward / someone should / can we / why don't we / something to try / alternative*
    """,
    Signal.STATUS: """
        update / status / tldr / tl;dr / summary / recap / writeup / write-up / postmortem /
        post-mortem / fyi / announcement / announce* / currently / so far / general info / as of / eta /
        next steps / next update / retrospective / in short / to summarize / to summarise
    """,
    Signal.SOCIAL: """
        thanks / thank / thx / lol / haha / hehe / cheers / congrats / awesome / cool / great / nice /
        yay / sorry / good morning / morning / gm / good night / hello / hi / hey / welcome /
        no worries / no problem / appreciate* / joke / kidding / fun / funny / :) / wow / sweet / kudos
    """,
    Signal.NEGATION: """
        not / no / never / isn't / aren't / wasn't / weren't / doesn't / don't / didn't / can't /
        cannot / couldn't / won't / wouldn't / nothing / none / without / nobody / hasn't / haven't
    """,
    Signal.LACKED: """
        no alert* / had no / have no / only noticed / no monitoring / not monitored / no easy way /
        no way to / don't have a /
        doesn't have / didn't have / not tested / no test* / never tested / toothless / silently /
        silent / without checking / doesn't check / does not check / not check / ignore* / no rollback /
        no runbook / not documented / not caught / wasn't caught / didn't catch / not deployed /
        hadn't deployed / not updated / outdated / single point / only one / no backup* / no failover /
        manual / manually / hard to / difficult to / unclear / confusing / didn't notice / don't notice /
        unaware / wrong version / old version / older version / no redundancy / at least a second /
        not available / nobody is / no one is / no-one is / misleading / not enough / too late / too slow
    """,
    Signal.LUCKY: """
        luckily / fortunately / thankfully / we were lucky / got lucky / we got lucky / by luck /
        good thing we / good thing that / could have been worse
    """,
    Signal.WELL: """
        quick fix / great work / good work / well done / went well / good catch / great job /
        nice catch / in record time / caught it early / great teamwork
    """,
    Signal.ASIDE: """
        unrelated / off topic / off-topic / side note / separate topic / another topic / offtopic /
        random question / quick question / question about / how do i / how can i / is there a way /
        where can i / docs / documentation / faucet / agenda / new here / newbie / tutorial / roadmap
    """,
    Signal.PROPOSAL: """
        we should / should probably / we should probably / we must / we clearly need / we also need /
        we really need / need to set up / need to make sure / make sure to / make sure that /
        most importantly / should be turned into / turn this into / turned into / would be good /
        would be nice / would be great / would be useful / would be helpful / would be appreciated /
        would make sense / makes sense to / make sense to / it'd be good / it'd be great / it'd be nice /
        be good to / be great to / be nice to / be useful to / good idea / might be worth /
        may be worth / be worth / worth making / worth adding / worth having / worth considering /
        worth a / makes me want / would help / would have helped / might help / could help / how about /
        what about / we need a / we need to have / need to rework / need to improve / need to add /
        need to extend / need to change / need something / need some way / need better / need more /
        need at least / there is a need / propose / i'd propose / suggest / suggestion / in future /
        in the future / next time / going forward / longer term / long term / long-term / avoid this /
        prevent this / prevent that / to avoid / lesson / lessons / maybe we / perhaps we / could we /
        should we / we could / can we have / could we have / why don't we / something to try /
        alternatively / alternative / could be fixed by / would be fixed / i support / plan to migrate /
        i'd like to see / looking to see / i'd love / ability to / an option to / useful concrete /
        seriously consider / consider / ideally / action item / action items / todo / follow up /
        follow-up / followup / one thing that / want to have / i want a / wish we / ask them /
        more extensive / please keep / keep us / there are ways to / could ask / could be fixed /
        + 1 for / treat / could be made / one change / another issue we need / sort out /
        do think there is / a need to / should add / let's add / let's make / let's write /
        let's document / let's keep / ought to
    """,
    Signal.PLEDGE: """
        i'll / i will / we'll / we will / i'm going to / we're going to / will look into / will do /
        happy to / working on / i made a patch / i submitted / i've opened / i opened / i filed /
        i'll file / i've filed / i'll open / i'll write / i'll add / i'll make / i'll look / i'll push /
        i will push / i'll fix / will fix / will push / will write / will be a postmortem / will be /
        is looking into / wip / draft of / put together / will follow up / i'll take / taking this /
        i'm on this / i'm on it / i can take / on me / assigned to me / in the works / in progress /
        planning to / this was merged / aiming to / i started / submitted
    """,
    Signal.REMEDY: """
        test / tests / testing / fuzz* / monitoring / monitor / alert / alerts / alerting / alarm /
        runbook* / playbook* / docs / document / documentation / guidance / tool / tooling / tools /
        script / automat* / postmortem / post-mortem / post mortem / retro / retrospective / rca /
        root cause analysis / write-up / writeup / report / backup / backups / redundan* /
        second server / failover / canary / rate limit* / throttl* / validat* / check / checks / lint /
        ci / cron / retry / retries / timeout* / limit / limits / quota / dashboard* / metric* / option /
        mode / flag / feature / standard* / rework / refactor / rename / migrate / improve / add /
        make it / clarify / extend / implement / support for / playbook / drill / practice / practise /
        rehears* / upgrade / policy / process / review / issue / ticket / pr / patch / fix / default /
        config / configuration / coverage / unit test* / audit / communicate / status page
    """,
    Signal.MECHANISM: """
        because / caused by / caused / causing / causes / due to / root cause / the root / the reason /
        turns out / turned out / the problem / the issue / the bug / the culprit / culprit /
        introduced by / introduced in / traced / bug in / bug / issue with / we have it broken /
        broken by / broke / breaks / which made / so that / instead of / is not compatible /
        not compatible / incompatible / misconfigur* / wrong / incorrect* / should have been / was not /
        wasn't / weren't / is missing / missing / didn't / doesn't / forgot / expired / ran out /
        out of / exhausted / mismatch* / not set / not using / defaulting / default / same issue /
        had to be / confirms / this confirms / fixed things / explains / that's why / which is why /
        what went wrong / happens when / triggers / triggered / leads to / led to / previously / before /
        after / since / difference / allowed / not validated / validation / check / race / deadlock /
        leak / overflow / null / regression / error
    """,
    Signal.ASSENT: """
        yup / yep / yes / exactly / correct / indeed / confirmed / that's it / that's the problem /
        that's right / right / agreed / same issue / makes sense / good catch / nice find / bingo / +1 /
        ack / true
    """,
}
