"""The alarms of the watchdogs: each code is a heading of docs/operate.md, each text has four parts."""

from bot.alarm_bell import AlarmCode


class WatchAlarm(AlarmCode):
    """Codes of alarm rows, each with its sentences."""

    MENTION_OVERDUE = (
        "mention-overdue",
        "Answers take longer than the target.",
        "The people counted below wait longer than they should.",
        "The bot goes on with them, urgent ones first.",
        "Run `tweetserve show state`: it tells what they wait for.",
    )
    TICKET_DUE = (
        "ticket-due",
        "The time promised to a customer comes soon.",
        "The customers of these tickets are to hear from a person by then.",
        "The bot reminds you once of each ticket.",
        "Run `tweetserve show tickets --due --within 24` and answer them.",
    )
    TICKET_MISSED = (
        "ticket-missed",
        "The time promised to a customer has passed, and the ticket is open.",
        "The customers of these tickets wait for a person.",
        "The bot tells you once of each ticket; `#status` tells the customer the time promised.",
        "Run `tweetserve show tickets --due`, and answer or close them.",
    )
    HANDOVER_WAITS = (
        "handover-waits",
        "Somebody was handed over, and no colleague has written to them yet.",
        "The customers of these hand-overs wait for a person; the bot is silent towards them.",
        "The bot tells you once of each hand-over.",
        "Run `tweetserve show handovers`, then `tweetserve act handover ID reply` or `tweetserve act handover"
        " ID release`.",
    )
    POLL_STALE = (
        "poll-stale",
        "X has not been read completely for too long.",
        "What people have written since is not seen, and they wait.",
        "The bot goes on trying, and catches up afterwards.",
        "Run `tweetserve doctor`; if it names nothing, restart the daemon.",
    )
    QUEUE_GROWS = (
        "queue-grows",
        "More comes in than goes out, and has for a while.",
        "Everybody who asks now waits longer than the one before.",
        "The bot answers urgent words first, and the others in turn.",
        "Run `tweetserve show state`: if X lets no more calls leave, answer what matters most by hand in X's"
        " own app.",
    )
    UNSURE_LONG = (
        "unsure-long",
        "Answers are of unknown fate for too long: X may have them or not.",
        "The people they are for may have them or not, and whatever is for them waits behind.",
        "The bot goes on looking for them, and sends nothing twice.",
        "Run `tweetserve show deliveries --state unsure`; if you can see one on X, type `tweetserve act"
        " delivery ID sent`.",
    )
    CREDIT_LOW = (
        "credit-low",
        "The prepaid credit at X runs out soon.",
        "Nobody is affected yet; without credit nobody is answered.",
        "The bot goes on until the credit is used up.",
        "Buy credit in X's developer console.",
    )
    CLOCK_APART = (
        "clock-apart",
        "This machine's clock and X's are apart.",
        "Nobody is affected yet; X refuses calls that are signed at the wrong time.",
        "The bot follows X's clock in all it promises.",
        "Set this machine's clock, for example with `timedatectl set-ntp true`.",
    )
    BACKUP_OLD = (
        "backup-old",
        "The last backup of the database is too old.",
        "Nobody is affected yet; whoever was promised something since is lost if the database is.",
        "The bot goes on; it makes no backups by itself.",
        "Type `tweetserve backup`, and have it run every night.",
    )
