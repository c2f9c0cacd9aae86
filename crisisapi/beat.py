"""What beat sends, and why as often as that."""

from celery.schedules import crontab

BEAT_SCHEDULE = {
    # A nudge may be lost (Redis flushed, worker killed): find what it left.
    "analyse-mentions": {
        "task": "monitoring.analyse_mentions",
        "schedule": 5.0,
        "options": {"expires": 5.0},
    },
    # Keeps the unfolded part of the rollups short, so that reading stays cheap.
    "fold-buckets": {
        "task": "monitoring.fold_buckets",
        "schedule": 5.0,
        "options": {"expires": 5.0},
    },
    # Rows say what is to be put together; seconds after it was read nobody misses it.
    "group-mentions": {
        "task": "monitoring.group_mentions",
        "schedule": 5.0,
        "options": {"expires": 5.0},
    },
    # Backfills and re-analyses say how far they are in rows; a nudge begins them sooner.
    "reread-mentions": {
        "task": "monitoring.reread_mentions",
        "schedule": 15.0,
        "options": {"expires": 15.0},
    },
    # A storm is worth most in its first seconds; here only what a lost nudge left.
    "watch-alerts": {
        "task": "monitoring.watch_alerts",
        "schedule": 5.0,
        "options": {"expires": 5.0},
    },
    # Silence, and talk back to normal, are told by no mention; the shortest is 15 minutes.
    "sweep-alerts": {
        "task": "monitoring.sweep_alerts",
        "schedule": 60.0,
        "options": {"expires": 60.0},
    },
    # Second looks are rows as well; a batch takes seconds, so that seconds to begin are nothing.
    "sweep-looks": {
        "task": "monitoring.sweep_looks",
        "schedule": 15.0,
        "options": {"expires": 15.0},
    },
    # Sources name when they are due to the second; a lease that ran out is found here.
    "fetch-sources": {
        "task": "monitoring.fetch_sources",
        "schedule": 5.0,
        "options": {"expires": 5.0},
    },
    # A source that says nothing gives no other sign of it; the shortest silence is 15 minutes.
    "watch-sources": {
        "task": "monitoring.watch_sources",
        "schedule": 60.0,
        "options": {"expires": 60.0},
    },
    # A nudge may be lost; attempts that broke off become unknown here.
    "perform-publications": {
        "task": "messaging.perform_publications",
        "schedule": 10.0,
        "options": {"expires": 10.0},
    },
    # Mails to subscribers of public pages: an update is news, and a confirmation is waited for.
    "mail-subscribers": {
        "task": "messaging.mail_subscribers",
        "schedule": 10.0,
        "options": {"expires": 10.0},
    },
    # Addresses that were never confirmed are kept no longer than they need to be.
    "forget-unconfirmed": {
        "task": "messaging.forget_unconfirmed",
        "schedule": crontab(minute=37),
        "options": {"expires": 3600.0},
    },
    # To the minute is what people write; ballots are refused at the very second anyway.
    "turn-polls": {
        "task": "messaging.turn_polls",
        "schedule": 15.0,
        "options": {"expires": 15.0},
    },
    # Sessions wait two hours for their hosts to end them; a minute more is nothing.
    "turn-sessions": {
        "task": "messaging.turn_sessions",
        "schedule": 60.0,
        "options": {"expires": 60.0},
    },
    # Reminders of reviews and expiring approvals are set in minutes and hours.
    "sweep-reviews": {
        "task": "messaging.sweep_reviews",
        "schedule": 30.0,
        "options": {"expires": 30.0},
    },
    # A warning is worth most before the time is gone.
    "raise-alarms": {
        "task": "incidents.raise_alarms",
        "schedule": 10.0,
        "options": {"expires": 10.0},
    },
    # Steps of playbooks that wait for a time; to the minute is what people write.
    "advance-runs": {
        "task": "incidents.advance_runs",
        "schedule": 10.0,
        "options": {"expires": 10.0},
    },
    # Who has to act should know in seconds; news of one change settle for five before they leave.
    "tell-news": {
        "task": "messaging.tell_news",
        "schedule": 5.0,
        "options": {"expires": 5.0},
    },
    # Milestones are an hour apart and more; a minute later is soon enough.
    "measure-effects": {
        "task": "monitoring.measure_effects",
        "schedule": 60.0,
        "options": {"expires": 60.0},
    },
    # Somebody waits for a report they ordered when its nudge was lost; schedules name minutes.
    "make-reports": {
        "task": "monitoring.make_reports",
        "schedule": 20.0,
        "options": {"expires": 20.0},
    },
    # Goals move with the talk; a person looking at one should see the last minute.
    "measure-goals": {
        "task": "monitoring.measure_goals",
        "schedule": 30.0,
        "options": {"expires": 30.0},
    },
    # The computed severity follows the talk; its signals are of an hour and of a day.
    "measure-signals": {
        "task": "monitoring.measure_signals",
        "schedule": 60.0,
        "options": {"expires": 60.0},
    },
    # Who moves an incident is looked at again after ten minutes; a minute more is nothing.
    "rank-authors": {
        "task": "monitoring.rank_authors",
        "schedule": 60.0,
        "options": {"expires": 60.0},
    },
    # Rollups are exact by construction; this proves it every night.
    "recount-buckets": {
        "task": "monitoring.recount_buckets",
        "schedule": crontab(hour=3, minute=0),
        "options": {"expires": 3600.0},
    },
    # What was pushed and fetched is needed to replay it, not for ever.
    "remove-deliveries": {
        "task": "monitoring.remove_deliveries",
        "schedule": crontab(hour=3, minute=30),
        "options": {"expires": 3600.0},
    },
    # What people said is kept as long as the brand says; a day more or less is nothing.
    "forget-mentions": {
        "task": "monitoring.forget_mentions",
        "schedule": crontab(hour=2, minute=15),
        "options": {"expires": 3600.0},
    },
    # Whoever asked to be forgotten need not wait for a lost nudge, nor for a worker that died.
    "erase-authors": {
        "task": "monitoring.erase_authors",
        "schedule": 60.0,
        "options": {"expires": 60.0},
    },
    # Answers kept for Idempotency-Key past their time.
    "purge-answers": {
        "task": "common.purge_answers",
        "schedule": crontab(minute=17),
        "options": {"expires": 3600.0},
    },
    # Dead tokens, and failed sign-ins that count no more.
    "purge-sign-ins": {
        "task": "accounts.purge_sign_ins",
        "schedule": crontab(minute=27),
        "options": {"expires": 3600.0},
    },
}
