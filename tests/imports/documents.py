"""Postmortems as organisations write them, made up for the tests in the shapes of common templates."""

from __future__ import annotations

GOOGLE = """\
# Catalogue search postmortem (incident #12)

**Date**: 2025-10-21
**Authors**: jennifer, martym
**Status**: Complete, action items in progress
**Severity:** SEV-2

**Summary**: Search was down for 66 minutes during a sale. Queries failed with HTTP 503.

**Impact**: An estimated 1.2M queries were lost. No revenue was lost.

**Root Causes**: A full disk on search-db-3 stopped the index writer.

**Trigger**: A burst of new articles.

**Resolution**: Traffic was sent to another cluster.

**Detection**: The monitoring paged the on-call engineer.

## Action Items

| Action Item | Type | Owner | Due | Priority |
|---|---|---|---|---|
| Alert at 80% disk usage | prevent | jennifer | 2025-11-01 | P1 |
| Write a runbook for full disks | mitigate | martym | | |

## Lessons Learned

### What went well

- Monitoring noticed within a minute

### What went wrong

- Nobody had practised moving the traffic

### Where we got lucky

- The other cluster was idle

## Timeline

2025-10-21 (all times UTC)

- 14:51 The sale begins
- 14:54 **OUTAGE BEGINS**: the disk of search-db-3 is full
- 14:55 The pager goes off, alert 4711
- 15:28 Traffic failed over to cluster b
- 15:57 All clear, queries are back to normal
- 16:30 The review is planned
"""

ATLASSIAN = """\
---
title: "Payments rejected"
date: 2025-03-04
severity: Major
services: [payments, checkout]
status: published
---

## Incident summary

Between 09:10 and 10:02 UTC payments were rejected.

## Leadup

A new release of the gateway went out at 09:05.

## Fault

The gateway refused certificates without a common name. It read only that field.

## Impact

3,120 payments failed.

## Timeline

| Time (UTC) | Event |
|---|---|
| 09:05 | Release v7.2.0 deployed |
| 09:12 | Alert fires |
| 09:40 | Rolled back to v7.1.4 |
| 10:02 | Resolved |

## Root cause identification: the five whys

1. Payments failed because the gateway refused the bank's certificate.
2. It refused it because v7.2.0 read only the common name.

## Corrective actions

- [ ] Test with the bank's certificate (owner: Priya, due 2025-03-18)
- [x] Pin v7.1.4
"""

PLAIN = """\
Outage of the mail queue
========================

On 7 May 2025 mail was stuck for two hours. Nobody knows why yet.

Start: 2025-05-07 22:30 PST
End: 2025-05-08 00:30 PST

Musings
-------

The queue is older than most of us.
"""

TOML = """\
+++
title = "Search index corrupted"
date = 2024-12-24
severity = 1
services = ["search"]
draft = false
status = "draft"
+++

# Overview

The index was corrupted.
"""

PAGERDUTY = """\
# API slow

Post-Mortem Owner: Jane Doe
Meeting Scheduled For: 2024-02-01

## Overview

Between 10:00 and 11:00 UTC on January 30, 2024 the API was slow.

## What Happened

The database ran out of connections.

## Contributing Factors

* Pool size too small

## Timeline

| Time (UTC) | Event | Data Link |
|---|---|---|
| 10:00 | Latency alert | [graph](http://graphs.test/1) |
| 11:00 | Back to normal | |

## How'd We Do?

### What Went Well?

* Fast page

### What Didn't Go So Well?

* Slow dashboard

## Action Items

* [ ] Add alert @bob by 2024-02-10
"""

GITLAB = """\
# 2023-07-12: Gitaly nodes saturated

**Incident:** https://gitlab.test/1

## Customer Impact

All users of shard 3 saw errors.

## Timeline

All times UTC.

`2023-07-12`

- `08:01` - alert fires
- `08:45` - incident resolved

## 5 Whys

1. A script read every repository.
"""

OURS = """\
---
incident: INC-1
title: Cache down
revision: 2
drafter: extractive
---

# INC-1: Cache down

| At a glance   | |
| ------------- | --- |
| **Severity**  | SEV2 |

## Executive summary

The cache was down. [[2]]

## Evidence

[[2]] the cache is down

[2]: #e2
"""
