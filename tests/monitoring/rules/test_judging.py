"""Sentences written for this test and never learnt: a floor under what the weights can do."""

import pytest

from monitoring.rules.analysis import DEFAULT_ANALYSER

NEGATIVE = {
    "en": [
        "My blender stopped working on the second day and the shop refuses to take it back",
        "Nobody at the clinic answers the phone, I gave up after the fifth call",
        "The bus company cancelled my trip and kept the money",
        "Awful experience, the food was cold and the waiter was rude",
        "I regret buying this mattress, my back hurts every morning",
        "The update broke everything and I lost all my photos",
        "Shame on the bank for treating old people like this",
        "Two weeks without water and the city says nothing",
    ],
    "he": [
        "המיקסר הפסיק לעבוד אחרי יומיים והחנות מסרבת להחזיר לי את הכסף",
        "אף אחד במרפאה לא עונה לטלפון, התייאשתי",
        "חברת האוטובוסים ביטלה לי את הנסיעה ולא החזירה כסף",
        "חוויה נוראית, האוכל היה קר והמלצר היה גס רוח",
        "אני מצטערת שקניתי את המזרן הזה, כואב לי הגב כל בוקר",
        "העדכון הרס הכול ואיבדתי את כל התמונות",
        "בושה לבנק שמתייחס ככה לקשישים",
        "שבועיים בלי מים והעירייה שותקת",
    ],
}
POSITIVE = {
    "en": [
        "The new cafe is wonderful, best coffee I have had in years",
        "Thank you to the nurse who stayed with my mother all night",
        "So happy with the repair, quick and cheap",
        "Great job by the fire brigade today, you are heroes",
        "I love this library and everyone who works there",
        "Lovely staff, we will definitely come back",
    ],
    "he": [
        "בית הקפה החדש נפלא, הקפה הכי טוב ששתיתי",
        "תודה לאחות שנשארה עם אמא שלי כל הלילה",
        "מרוצה מאוד מהתיקון, מהיר וזול",
        "כל הכבוד לכבאים, אתם גיבורים",
        "אני אוהבת את הספרייה הזאת ואת כל מי שעובד בה",
        "צוות מקסים, בטוח נחזור",
    ],
}
FLOOR = {"en": 0.8, "he": 0.8}


@pytest.mark.parametrize("language", ["en", "he"])
def test_plain_blame_and_praise_are_told_apart(language: str) -> None:
    told = dict.fromkeys(NEGATIVE[language], "negative")
    told |= dict.fromkeys(POSITIVE[language], "positive")

    found = DEFAULT_ANALYSER.analyse_all([(text, "") for text in told])

    right = [one.sentiment == label for one, label in zip(found, told.values(), strict=True)]
    assert sum(right) / len(right) >= FLOOR[language]
    assert {one.language for one in found} == {language}


def test_the_same_texts_are_judged_the_same_again() -> None:
    texts = [(text, "") for text in (*NEGATIVE["he"], *POSITIVE["en"])]

    assert DEFAULT_ANALYSER.analyse_all(texts) == DEFAULT_ANALYSER.analyse_all(texts)
