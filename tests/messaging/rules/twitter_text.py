"""Cases of the conformance suite of twitter-text, as data: a text and what the vendor expects.

Source: github.com/twitter/twitter-text, `conformance/validate.yml` (groups tweets,
WeightedTweetsCounterTest where emoji do not matter, WeightedTweetsWithDiscountedEmojiCounterTest,
UnicodeDirectionalMarkerCounterTest) and `conformance/extract.yml` (groups urls and
urls_with_indices), version 3; copyright Twitter, Inc. and contributors, Apache License 2.0.
Repetitions are written as products.
"""

_LIE = (
    "A lie gets halfway around the world before the truth has a chance to get its pants on. "
    "Winston Churchill (1874-1965) http://bit.ly/dJpywL"
)
_LIE_ACCENTED = (
    "A lié géts halfway arøünd thé wørld béføré thé truth has a chance tø get its pants øn. "
    "Winston Churchill (1874-1965) http://bit.ly/dJpywL"
)

# text, valid
VALID = [
    ("I am a Tweet", True),
    (_LIE, True),
    (_LIE_ACCENTED, True),
    ("の" * 140, True),
    ("\U0001f431" * 140, True),
    ("", False),
    (f"{_LIE} {_LIE}", False),
    (_LIE.replace("on. W", "on.\nW") + f" {_LIE}", False),
]

_POEM = (
    "故人西辞黄鹤楼，烟花三月下扬州。孤帆远影碧空尽，唯见长江天际流。朱雀桥边野草花，乌衣巷口夕阳斜。"
    "旧时王谢堂前燕，飞入寻常百姓家。朝辞白帝彩云间，千里江陵一日还。两岸猿声啼不住，轻舟已过万重山。"
    "泪湿罗巾梦不成，夜深前殿按歌声。红颜未老恩先断，斜倚薰笼坐到明。独在异乡为异客，每逢佳节倍思亲。"
    "遥知兄弟登高处，遍插茱萸少一人。"
)
_X = "xxxxxxxxxx-"
_ALOHA = "https://www.twitter.com/aloha "
_KANA = "あいうえおかきくけこ"
_LONG = "somesuperlongurl" * 251 + ".com/foo"
_FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
_ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
_PUNCTUATION = (
    "This is a tweet with general punctuation characters: \u2000\u2001\u2002\u2003\u2004\u2005"
    "\u2006\u2007\u2008\u2009\u200a\u200b \u2010 \u2011 \u2012 \u2013 \u2014 \u2015 \u2016 "
    " \u2017 \u2018 \u2019 \u201a \u201b \u201c \u201d \u201e \u201f \u2032 \u2033 \u2034 "
    "\u2035 \u2036 \u2037"
)

# text, weighted length, valid, end of the valid range in UTF-16 (its last unit)
WEIGHTED = [
    ("Hi http://test.co", 26, True, 16),
    ("http://test.co", 23, True, 13),
    ("285 chars-" + _X * 25, 285, False, 279),
    ("285 chars- http://www.twitter.com/jack " + _X * 24, 299, False, 283),
    (_X * 24 + " http://www.twitter.com/jack ", 289, False, 264),
    (_ALOHA * 10, 240, True, 299),
    (_POEM, 320, False, 139),
    ("\U0001f637" * 160, 320, False, 279),
    ("the" + _POEM, 323, False, 140),
    ("A\u0301B", 2, True, 2),
    ("A\ufb2c", 4, True, 1),
    ("282 chars-" + _X * 24 + "xxxxxA\u0301x", 281, False, 280),
    (f"H\U0001f431☺{_FAMILY}", 7, True, 14),
    ("\U0001f637\U0001f47e\U0001f621\U0001f525\U0001f4a9", 10, True, 9),
    ("\U0001f64b\U0001f3fd\U0001f468\u200d\U0001f3a4", 4, True, 8),
    (_PUNCTUATION, 110, True, 109),
    ("randomurl" * 7 + "s.com", 68, True, 67),
    (f"{_KANA * 12} http://{_KANA * 5}あいう.com", 358, False, 143),
    (f"{_KANA * 12} http://{_KANA * 5}あい.com", 264, True, 183),
    (_FAMILY * 140, 280, True, 1539),
    (
        f"Unicode 10.0 emoji: \U0001f92a; \U0001f9d5; \U0001f9d5\U0001f3fe; {_ENGLAND}",
        34,
        True,
        47,
    ),
    ("Unicode 9.0 emoji: \U0001f920; \U0001f483; \U0001f483\U0001f3fe", 29, True, 30),
    ("ABC\u202a\uffffABC\ufffe", 12, False, 3),
    ("\u2066\u202ahttp://foobar.پاکستان/\u202c\u2069", 31, True, 25),
]
# The vendor's longest case: hosts whose labels are too long are no links and are counted as text.
LONG_HOSTS = (
    "Long url with invalid domain labels and a short url: "
    + f"https://{_LONG} " * 3
    + "https://validurl.com"
)

_SAME = [
    "http://example.com",
    "http://google.com",
    "http://foobar.com/#",
    "http://google.com/#foo",
    "http://google.com/#search?q=iphone%20-filter%3Alinks",
    "http://twitter.com/#search?q=iphone%20-filter%3Alinks",
    "http://somedomain.com/index.php?path=/abc/def/",
    "http://www.boingboing.net/2007/02/14/katamari_damacy_phon.html",
    "http://somehost.com:3000",
    "http://xo.com/~matthew+%ff-x",
    "http://xo.com/~matthew+%ff-,.;x",
    "http://xo.com/,.;x",
    "http://en.wikipedia.org/wiki/Primer_(film)",
    "http://www.ams.org/bookstore-getitem/item=mbk-59",
    "http://✪df.ws/ejp",
    "http://chilp.it/?77e8fd",
    "http://x.com/oneletterdomain",
    "http://msdn.microsoft.com/ja-jp/library/system.net.httpwebrequest(v=VS.100).aspx",
    "https://www.youtube.com/watch?v=LOxOAuDHzaw&list=PLPoq910Q9jXhuH6pit_KwIsck9fEz_9U-",
    "http://word-and-a-number-8-ftw.domain.com/",
    "http://twitter.com/Русские_слова",
    "http://sub_domain-dash.twitter.com",
    "http://a.b.cd",
    "http://a_b.c-d.com",
    "http://a-b.c.com",
    "http://twitter-dash.com",
    (
        "http://www.bestbuy.com/site/Currie+Technologies+-+Ezip+400+Scooter/9885188.p"
        "?id=1218189013070&skuId=9885188"
    ),
    "http://www.foo.com/foo/path-with-period./",
    "http://www.foo.org.za/foo/bar/688.1",
    "http://www.foo.com/bar-path/some.stm?param1=foo;param2=P1|0||P2|0",
    "http://foo.com/bar/123/foo_&_bar/",
    "http://www.cp.sc.edu/events/65",
    "http://www.andersondaradio.no.comunidades.net/",
    "ELPAÍS.com",
    (
        "http://tn.com.ar/show/00056158/la-estrella-del-certamen-el-turno-de-pamela-anderson"
        "?fb_xd_fragment#?=&cb=fe17523f223b7&relation=parent.parent&transport=fragment&type=resize"
        "&height=20&ackdata"
    ),
]
_NONE = [
    "text http://no-tld",
    "text http://tld-too-short.x",
    "test http://-leadingdash.twitter.com",
    "test http://leadingdash.-twitter.com",
    "test http://trailingdash-.twitter.com",
    "test http://trailingdash.twitter-.com",
    "test http://_leadingunderscore.twitter.com",
    "test http://leadingunderscore._twitter.com",
    "test http://trailingunderscore_.twitter.com",
    "test http://trailingunderscore.twitter_.com",
    "test http://-twitter.com",
    "test http://twitter-.com",
    "test http://twitter_underscore.com",
    "test http://twitter.c_o_m",
    "text http://domain-dash_2314352345_dfasd.foo-cow_4352.com",
    "Hello http://xn--はじめよう.com/index.html",
    "#test.com @test.com #http://test.com @http://test.com #t.co/abcde @t.co/abcde",
    "I really like http://t.co/abcdefghijklmnopqrstuvwxyz012345678901234",
    "$http://twitter.com $twitter.com $http://t.co/abcde $t.co/abcde $t.co $TVI.CA $RBS.CA",
    "long.test.tar.bz2 test.tar.bz2 tar.bz2",
    "john.doe.gov@mail.com",
    "john.doe.jp@mail.com",
]

# text, links in it
LINKS = [
    *((f"text {link}", [link]) for link in _SAME),
    *((text, []) for text in _NONE),
    ("(http://twitter.com", ["http://twitter.com"]),
    ("text http://domain.com-that-you-should-have-put-a-space-after", ["http://domain.com"]),
    ("test http://example.comだよね.comtest/hogehoge", ["http://example.com"]),
    ("text http://foo.com?#foo text", ["http://foo.com?#foo"]),
    (
        "foo.com foo.net foo.org foo.edu foo.gov",
        ["foo.com", "foo.net", "foo.org", "foo.edu", "foo.gov"],
    ),
    (
        (
            "foo.baz foo.co.jp www.xxxxxxx.baz www.foo.co.uk wwwww.xxxxxxx foo.comm foo.somecom "
            "foo.govedu foo.jp"
        ),
        ["foo.co.jp", "www.foo.co.uk", "foo.jp"],
    ),
    ("t.co/abcde bit.ly/abcde", ["t.co/abcde", "bit.ly/abcde"]),
    ("http://foo.jp http://fooooo.jp", ["http://foo.jp", "http://fooooo.jp"]),
    (
        "Go to http://example.com/a+ or http://example.com/a-",
        ["http://example.com/a+", "http://example.com/a-"],
    ),
    (
        "Go to http://example.com/view/slug-url-?foo=bar",
        ["http://example.com/view/slug-url-?foo=bar"],
    ),
    (
        "Go to https://en.m.wikipedia.org/wiki/Hatfield\u2013McCoy_feud please",
        ["https://en.m.wikipedia.org/wiki/Hatfield\u2013McCoy_feud"],
    ),
    ("@user Try http:// example.com/path", ["example.com/path"]),
    ("@user Try http://\u00a0example.com/path", ["example.com/path"]),
    (
        "これは日本語です。example.com/path/index.html中国語example.com/path한국",
        ["example.com/path/index.html", "example.com/path"],
    ),
    (
        (
            "twitter.comこれは日本語です。example.com中国語t.co/abcde한국twitter.com "
            "example2.comテストtwitter.com/abcde"
        ),
        [
            "twitter.com",
            "example.com",
            "t.co/abcde",
            "twitter.com",
            "example2.com",
            "twitter.com/abcde",
        ],
    ),
    (
        (
            "http://twitter.com/これは日本語です。example.com中国語http://t.co/abcde한국"
            "twitter.comテストexample2.comテストhttp://twitter.com/abcde"
        ),
        [
            "http://twitter.com/",
            "example.com",
            "http://t.co/abcde",
            "twitter.com",
            "example2.com",
            "http://twitter.com/abcde",
        ],
    ),
    (
        f"http://exampleこれは日本語です.com/path/index.html http://{'あ' * 256}.com/path",
        ["http://exampleこれは日本語です.com/path/index.html"],
    ),
    (
        "twitter.jp日本語it.so中国語foo.jp it.so foo.jp",
        ["twitter.jp", "it.so", "foo.jp", "it.so", "foo.jp"],
    ),
    ("MLB.tv vine.co twitch.tv t.co", ["MLB.tv", "vine.co", "twitch.tv", "t.co"]),
    ("test http://twitter.com/.", ["http://twitter.com/"]),
    (f"periods http://example.com/path{'.' * 42}", ["http://example.com/path"]),
    (f"commas http://example.com/{',' * 42}", ["http://example.com/"]),
    (f"marks http://example.com/path/{'!' * 42}", ["http://example.com/path/"]),
    ("I really like http://t.co/pbY2NfTZ's website", ["http://t.co/pbY2NfTZ"]),
    ("Check this site out http://t.co/FNkPfmii- it's great", ["http://t.co/FNkPfmii"]),
    ("According to http://t.co/ulYGBYSo: the internet is cool", ["http://t.co/ulYGBYSo"]),
    (
        "http://t.co/abcdefghijklmnopqrstuvwxyz0123456789",
        ["http://t.co/abcdefghijklmnopqrstuvwxyz0123456789"],
    ),
    ("example.comてすとですtwitter.みんなです", ["example.com", "twitter.みんな"]),
    (
        (
            "http://twitter.com\nhttp://example.com\nhttp://example.com/path\nexample.com/path\n"
            "it.so\nit.so/abcde"
        ),
        [
            "http://twitter.com",
            "http://example.com",
            "http://example.com/path",
            "example.com/path",
            "it.so",
            "it.so/abcde",
        ],
    ),
    (
        (
            "http://t.co/pbY2NfTZ's http://t.co/2vYHpAc5; http://t.co/8MkmHU0k+c "
            "http://t.co/TKLp64dY.x http://t.co/8t7G3ddS#a"
        ),
        [
            "http://t.co/pbY2NfTZ",
            "http://t.co/2vYHpAc5",
            "http://t.co/8MkmHU0k",
            "http://t.co/TKLp64dY",
            "http://t.co/8t7G3ddS",
        ],
    ),
    ("http://t.co http://t.co", ["http://t.co", "http://t.co"]),
    ("test http://xn--ls8h.XN--ls8h.la/", ["http://xn--ls8h.XN--ls8h.la/"]),
    (
        "test http://foobar.みんな/ http://foobar.中国/ http://foobar.پاکستان/ ",
        ["http://foobar.みんな/", "http://foobar.中国/", "http://foobar.پاکستان/"],
    ),
]
