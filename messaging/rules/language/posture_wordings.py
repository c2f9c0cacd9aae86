"""How findings of posture are worded, for each reader's language."""

from typing import NamedTuple

from messaging.rules.language.findings import Text

POSTURES: dict[str, Text] = {
    "apology": {"en": "an apology", "he": "התנצלות"},
    "compensation": {"en": "compensation", "he": "פיצוי"},
    "denial": {"en": "a denial", "he": "הכחשה"},
    "attack": {"en": "an attack on those who accuse", "he": "תקיפת המאשימים"},
    "excuse": {"en": "an excuse", "he": "תירוץ"},
    "justification": {"en": "a justification", "he": "הצדקה"},
    "ingratiation": {"en": "praise of the public", "he": "החמאה לציבור"},
    "reminder": {"en": "a reminder of good deeds", "he": "תזכורת למעשים טובים"},
    "victimage": {"en": "saying that we are victims", "he": "הצגה עצמית כקורבן"},
    "instruct": {"en": "an instruction", "he": "הנחיה"},
    "adjust": {"en": "sympathy", "he": "אמפתיה"},
}


class Sentences(NamedTuple):
    """Why something was found, and what would be better."""

    reason: Text
    suggestion: Text


PLACES: dict[str, Sentences] = {
    "against_facts": Sentences(
        {
            "en": "This is {posture}, and confirmed facts bear the accusation out.",
            "he": "יש כאן {posture}, ועובדות מאומתות תומכות בטענה.",
        },
        {
            "en": "Say what is true, and what you do about it.",
            "he": "יש לומר מה נכון, ומה נעשה בעניין.",
        },
    ),
    "avoided_deny": Sentences(
        {
            "en": "This is {posture}; the advice for this incident is not to deny.",
            "he": "יש כאן {posture}; העצה לאירוע הזה היא לא להכחיש.",
        },
        {
            "en": "Say what happened, what is not known yet and what you do.",
            "he": "כדאי לומר מה קרה, מה עוד לא ידוע ומה נעשה.",
        },
    ),
    "avoided_diminish": Sentences(
        {
            "en": "This is {posture}; the advice is to deny, and a denial with an excuse is none.",
            "he": "יש כאן {posture}; העצה היא להכחיש, והכחשה לצד תירוץ אינה הכחשה.",
        },
        {
            "en": "Give the facts that show that it is not so.",
            "he": "כדאי להציג את העובדות שמראות שהדבר אינו נכון.",
        },
    ),
    "avoided_rebuild": Sentences(
        {
            "en": "This is {posture}; the advice is to deny what has no substance.",
            "he": "יש כאן {posture}; העצה היא להכחיש דבר שאין בו ממש.",
        },
        {
            "en": "Give the facts, without taking a blame that is not yours.",
            "he": "כדאי להציג את העובדות, בלי לקחת אשמה שאינה שלכם.",
        },
    ),
    "unneeded": Sentences(
        {
            "en": "An apology takes responsibility; the advice for this incident is to inform.",
            "he": "התנצלות היא לקיחת אחריות; העצה לאירוע הזה היא ליידע.",
        },
        {
            "en": "Say what happened and what people should do; sympathy needs no apology.",
            "he": "כדאי לומר מה קרה ומה על אנשים לעשות; אמפתיה אינה מחייבת התנצלות.",
        },
    ),
    "missing_apology": Sentences(
        {
            "en": "An apology is advised for this incident, and there is none.",
            "he": "לאירוע הזה מומלצת התנצלות, ואין כאן התנצלות.",
        },
        {
            "en": "Say that you are sorry, and for what.",
            "he": "כדאי להתנצל, ולומר על מה.",
        },
    ),
    "missing_compensation": Sentences(
        {
            "en": "Making good is advised for this incident, and nothing is offered.",
            "he": "לאירוע הזה מומלץ פיצוי, ולא מוצע דבר.",
        },
        {
            "en": "Say what those who were harmed get, and how.",
            "he": "כדאי לומר מה יקבלו מי שנפגעו, וכיצד.",
        },
    ),
    "missing_instruct": Sentences(
        {
            "en": "People may come to harm, and nothing says what they should do.",
            "he": "אנשים עלולים להיפגע, ולא נאמר מה עליהם לעשות.",
        },
        {
            "en": "Say first what people should do to be safe.",
            "he": "יש לומר קודם כול מה לעשות כדי להישאר בטוחים.",
        },
    ),
    "missing_adjust": Sentences(
        {
            "en": "Nothing helps people cope: no sympathy, nothing on how it is prevented.",
            "he": "אין כאן אמפתיה, ולא נאמר מה נעשה כדי שזה לא יחזור.",
        },
        {
            "en": "Say that you see what it means to people, and what you do.",
            "he": "כדאי לומר שאתם מבינים מה זה אומר לאנשים, ומה אתם עושים.",
        },
    ),
    "mixed": Sentences(
        {
            "en": "This is {posture} beside a taking of responsibility: each undoes the other.",
            "he": "יש כאן {posture} לצד לקיחת אחריות: האחת מבטלת את השנייה.",
        },
        {
            "en": "Take responsibility, or show that it is not so; not both.",
            "he": "יש לקחת אחריות, או להראות שהדבר אינו נכון; לא שניהם.",
        },
    ),
    "taken_back": Sentences(
        {
            "en": "This is {posture} beside an apology, and takes it back.",
            "he": "יש כאן {posture} לצד התנצלות, והיא מתבטלת.",
        },
        {
            "en": "Apologise without a “but”; explain causes later, as facts.",
            "he": "כדאי להתנצל בלי “אבל”; את הסיבות אפשר להסביר בהמשך, כעובדות.",
        },
    ),
    "alone": Sentences(
        {
            "en": "This is {posture}, and nothing else answers what happened.",
            "he": "יש כאן {posture}, ואין מענה אחר למה שקרה.",
        },
        {
            "en": "Say first what happened and what you do about it.",
            "he": "יש לומר קודם מה קרה ומה נעשה בעניין.",
        },
    ),
    "unfit": Sentences(
        {
            "en": "This is {posture}, which does not fit this incident.",
            "he": "יש כאן {posture}, וזה אינו מתאים לאירוע הזה.",
        },
        {
            "en": "Leave it out: it sounds self-serving now.",
            "he": "כדאי להשמיט: כרגע זה נשמע כמו דאגה לעצמכם.",
        },
    ),
}
