"""The estimate of tokens: near enough in many languages, and quick."""

import pytest

from chatbot_cli.providers.tokens.counting import O200K_BASE
from chatbot_cli.providers.tokens.estimate import estimate

SAMPLES = {
    "English": "Could you help me plan a trip to Portugal in late September? We are two adults with about 1,500 euros "
    "each, we like hiking, seafood and old bookshops, and we'd rather not rent a car if the trains are good.",
    "German": "Das Gedächtnis ist eine Liste. Ein Sprachmodell kennt nur die Nachrichten, die man ihm schickt; deshalb "
    "bewahrt ein Programm, das ein Gespräch führen will, jede Frage und jede Antwort auf.",
    "Chinese": "请帮我计划一次去云南的旅行，预算大约八千元，我喜欢爬山、拍照和吃米线。"
    "模型只知道发送给它的消息，除此之外一无所知。",
    "Japanese": "来月、京都へ旅行に行きたいのですが、おすすめの静かなお寺と美味しい豆腐料理の店を教えてください。",
    "Korean": "기억은 하나의 목록입니다. 모델은 자신에게 보내진 메시지만 알고 있으며 그 밖의 것은 아무것도 모릅니다.",
    "Russian": "Память — это список. Модель знает только те сообщения, которые ей отправили, и ничего больше, поэтому "
    "программа хранит каждый вопрос и каждый ответ.",
    "Arabic": "الذاكرة قائمة. لا يعرف النموذج إلا الرسائل التي تُرسل إليه، ولذلك يحتفظ البرنامج بكل سؤال وكل جواب.",
    "Python": "def select(head, exchanges, limits):\n    kept = 0\n    for exchange in reversed(exchanges):\n"
    "        cost = sum(map(count, exchange.messages))\n        if kept == limits.turns or cost > limits.room:\n"
    "            break\n        kept += 1\n    return exchanges[len(exchanges) - kept :]\n",
    "JSON": '[{"id": 1, "name": "item-1", "price": 1.25, "tags": ["a", "b"], "active": false}, '
    '{"id": 2, "name": "item-2", "price": 2.5, "tags": [], "active": true}]',
    "digits": "3.14159265358979 2718281828 1,000,000 2026-11-21 03:39:41 +49 170 1234567 42 7 1984",
    "emoji": "😀😂🥰😎🤔🎉🚀🌍🍕🐍✨🔥💡📚☕ and then 👩‍💻 said 👍🏽 ❤️",
}


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_estimate_is_near_the_count_on_ordinary_text(sample: str) -> None:
    O200K_BASE.load()

    assert estimate(SAMPLES[sample]) == pytest.approx(O200K_BASE.count(SAMPLES[sample]), rel=0.2)


@pytest.mark.parametrize("piece", [" ", "\n", "a", "!", "1", " a", "\t \n"])
def test_the_estimate_of_a_huge_text_takes_no_huge_time(piece: str) -> None:
    assert 0 < estimate(piece * 300_000) <= 300_000 * len(piece)
