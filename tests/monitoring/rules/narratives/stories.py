"""Posts written for these tests, by what they are about; those about nothing together are loose."""

from crisisapi.local.demo.story import mentions

STORIES: dict[str, list[str]] = {
    "handle": [
        "The handle of my Rimon K2 kettle cracked as I was pouring, boiling water everywhere",
        "Be careful with the Rimon kettle: handle broke off, I got burned by boiling water",
        "K2 kettle handle just snapped. Second degree burn from the boiling water @rimon",
        "my sister's rimon kettle - the handle cracked after two weeks and she burned her arm",
        "Anyone else had the handle crack on the K2 kettle? Mine did, boiling water everywhere",
        "Handle came loose on the K2, boiling water spilled and burned my foot. Never buying Rimon",
        "That cracked handle on Rimon kettles is dangerous, my kid nearly burned her hand",
        "Kettle handle snapped clean off this morning, boiling water, burned fingers. Thanks Rimon",
    ],
    "refund": [
        "Rimon refuses to give me a refund, been waiting six weeks for my money",
        "Six weeks and still no refund from Rimon. Where is my money?",
        "They promised a refund within ten days, @rimon, it's been a month and no money back",
        "No refund, no reply. Rimon kept my money and the shop says talk to the head office",
        "How do I get a refund from Rimon? The shop refuses, the phone line too",
        "still waiting for the refund Rimon promised in March, money gone",
        "Rimon shop in Haifa refuses refunds without the original box. My money, your rules?",
    ],
    "boycott": [
        "Time to boycott Rimon until they recall every K2. Share this #BoycottRimon",
        "#BoycottRimon stop buying from them until there is a recall",
        "I'm joining the boycott of Rimon, no recall no business from me",
        "Boycott! Tell your friends to stop buying Rimon until the recall is announced",
        "Boycotting Rimon starting today. A recall should have been announced weeks ago",
        "why isn't everyone boycotting Rimon yet, no recall and no apology #boycottrimon",
    ],
    "factory": [
        "Workers at the Rimon factory in Ashdod say inspections were skipped for months",
        "A former employee claims Rimon's factory skipped safety inspections to ship faster",
        "Ashdod factory worker: we were told to skip the inspection when orders were late",
        "Leaked memo from Rimon factory tells workers to skip inspections before the holidays",
        "So the factory skipped safety inspections and the managers in Ashdod knew about it",
        "Inspections skipped at the Ashdod factory according to three workers, says the report",
    ],
    "ידית": [
        "הידית של הקומקום של רימון נסדקה לי באמצע מזיגה ונשפכו מים רותחים על היד",
        "תיזהרו מהקומקום K2, הידית נשברה ומים רותחים נשפכו לי על הרגל",
        "גם אצלי נסדקה ידית בקומקום רימון! מים רותחים על כל הרצפה",
        "הידית בקומקום החדש נשברה אחרי שבועיים, אשתי נכוותה ממים רותחים",
        "לאמא שלי נסדקה הידית של קומקום K2 והיא נכוותה ביד ממים רותחים",
        "ידית שבורה בקומקום, כוויה מדרגה שנייה ממים רותחים. תודה רימון",
        "מישהו עוד נתקל בידית סדוקה בקומקום? שלי נשברה הבוקר והמים הרותחים נשפכו",
    ],
    "שירות": [
        "שעתיים על הקו ואף אחד בשירות הלקוחות של רימון לא עונה לטלפון",
        "שירות הלקוחות של רימון פשוט לא עונה, ניסיתי לטלפן ארבע פעמים",
        "למה אף נציג לא עונה בשירות לקוחות רימון? מחכה על הקו כבר שעה",
        "ניתקו לי בפרצוף אחרי שעה של המתנה לנציג שירות הלקוחות, בושה",
        "המתנה של שעה וחצי לנציג ואז מנתקים את הטלפון. שירות לקוחות על הפנים @rimon",
        "אין מענה בטלפון של שירות הלקוחות, לא נציג ולא הודעה. מחכה שעות",
    ],
    "החרמה": [
        "חרם על רימון עד שיכריזו על ריקול לכל הקומקומים! תשתפו #חרם_על_רימון",
        "מצטרפת לחרם על רימון, בלי ריקול אני לא קונה שם יותר",
        "מחרימים את רימון. עד שאין ריקול לא קונים, תשתפו את כולם",
        "הגיע הזמן לחרם צרכני על רימון, הם מסרבים לעשות ריקול",
        "#חרם_על_רימון לא לקנות עד שיש ריקול רשמי והתנצלות",
    ],
    "מפעל": [
        "עובדים במפעל רימון באשדוד מספרים שדילגו על בדיקות בטיחות במשך חודשים",
        "תחקיר: במפעל באשדוד דילגו על בדיקות הבטיחות כדי לעמוד בלוח הזמנים",
        "עובד לשעבר חושף שבמפעל של רימון לא עשו בדיקות בטיחות לפני החגים",
        "אז דילגו על בדיקות במפעל באשדוד וההנהלה ידעה? איפה משרד הכלכלה",
        "שלושה עובדי מפעל באשדוד טוענים שהבדיקות לא נעשו והמנהלים ידעו",
    ],
}
LOOSE = [
    "Does the Rimon shop in Eilat open on Sundays?",
    "Got a Rimon toaster as a wedding gift, looks lovely in the kitchen",
    "Rimon stock is down two percent today after the quarterly results",
    "new Rimon ad with the grandmother made me cry, well done",
    "מישהו יודע אם יש לרימון סניף בבאר שבע?",
    "המתכון לעוגת רימונים של סבתא, חובה לראש השנה",
    "Rimon hires a new head of marketing from Strauss",
    "המיקסר של רימון מעולה, קניתי גם לחמותי",
    "good morning everyone, coffee first",
    "רימון מחפשת מהנדס תוכנה לצוות בחיפה",
    "the K2 looks nice but way too expensive for a kettle",
    "Which blender is better, Rimon or Kenwood?",
]
# What the public says in the example crisis, before it and in it.
EVERYDAY = [said["text"] for said in mentions() if said["minute"] < 0]
STORM = [said["text"] for said in mentions() if said["minute"] >= 0]
