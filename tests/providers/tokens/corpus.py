"""Texts in many languages and scripts, code, emoji, and strange spacing: a corpus for tokenizers. All are our own."""

from collections.abc import Mapping

LANGUAGES: Mapping[str, str] = {
    "English": "It's a list, isn't it? We'll keep 1,250 of the DOCTOR'S notes; they've cost $3.99, don't lose one!",
    "German": "Die Straßenbahn fährt über die Brücke, „ein Donaudampfschifflein“ legt ab, und 3,5 Äpfel bleiben übrig.",
    "French": "L'été dernier, j'ai goûté d'excellents œufs « à la coque » ; ça n'arrive qu'une fois, n'est-ce pas ?",
    "Spanish": "¿Cuándo llegará el pingüino? ¡Mañana! El niño pidió 12 churros, y su tío se comió más de la mitad.",
    "Polish": "Zażółć gęślą jaźń: źrebię wśród łąk, a w chrząszczu brzmi trzcina o 6:45 rano.",
    "Turkish": "İstanbul'da ılık bir akşam; çocuklar ağacın altında şarkı söylüyor, IĞDIR'dan gelen öğretmen dinliyor.",
    "Vietnamese": "Trời đã tối, nhưng quán phở ở góc phố vẫn mở cửa; tôi gọi hai bát và một cốc cà phê sữa đá.",
    "Russian": "Съешь ещё этих мягких французских булок, да выпей чаю: в 1897 году всё было дешевле.",
    "Greek": "Η μνήμη είναι ένας κατάλογος· ό,τι δεν στέλνεται, το μοντέλο δεν το ξέρει. Γιατί; Έτσι!",
    "Arabic": "الذاكرة قائمةٌ، وما لا يُرسَل إليها يُنسى؛ أليس كذلك؟ اشتريتُ ٢٥ كتابًا بثمنٍ زهيد.",
    "Hebrew": "הזיכרון הוא רשימה: מה שלא נשלח, הדגם לא יודע. „נכון?” שאלה המורה בשעה 7:30.",
    "Hindi": "स्मृति एक सूची है; जो नहीं भेजा गया, वह मॉडल को ज्ञात नहीं। क्या यह ठीक है? ₹१,२५० दीजिए।",
    "Thai": "ความจำคือรายการข้อความ สิ่งที่ไม่ได้ส่งไป แบบจำลองย่อมไม่รู้ ราคา ๒๕ บาทเท่านั้น",
    "Chinese": "记忆是一份清单：没有发送的内容，模型一无所知。請問這本書多少錢？一共３８元，不貴！",
    "Japanese": "記憶は一覧です。送られなかったことを、モデルは知りません。ラーメンを２杯、お願いします！",
    "Korean": "기억은 목록이다. 보내지 않은 것은 모델이 알지 못한다. 커피 두 잔에 9,800원입니다, 그렇죠?",
}

CODE: Mapping[str, str] = {
    "Python": '@cache\ndef fib(n: int) -> int:\n    """The n-th."""\n    if n < 2:\n        return n\n\n'
    '    return fib(n - 1) + fib(n - 2)  # slow\n\n\nprint(f"{fib(30):,}", end="\\n")\n',
    "Rust": "impl<T: Ord> Heap<T> {\n    pub fn push(&mut self, x: T) -> Result<(), E> {\n\t\tself.0.push(x)?;\n\n"
    "        Ok(())\n    }\n}\n\n// !=, ::<>\n",
    "JavaScript": "const f = async ({ a, ...rest }) => {\r\n  await g?.(`${a}!`);\r\n\r\n  return rest ?? 0;\r\n};\r\n",
    "SQL": "SELECT p.id,\n       COUNT(*) AS n\n  FROM pins p\n LEFT JOIN drops d ON d.id = p.id\n"
    " WHERE p.at >= '2026-11-26'\n GROUP BY 1\nHAVING n > 3;\n",
    "HTML": '<ul class="a b">\n  <li data-n="1">One &amp; <b>two</b></li>\n\n\n'
    "  <!-- https://example.org/x?y=1&z=2#w -->\n</ul>\n",
    "JSON": '{"id": 17, "tags": ["a", "b\\u00e9"], "at": "2026-11-26T19:42:16Z", "x": -1.5e-3, "on": true}\n',
    "shell": 'for f in ./*.md; do\n\tgrep -qE \'^#{1,3} \' "$f" || { echo "$f: none" >&2; exit 1; }\ndone | sort -u\n',
}

SIGNS: Mapping[str, str] = {
    "emoji": "👍 👍🏽 👩‍💻👨‍👩‍👧‍👦 🏳️‍🌈🇵🇹 ❤️‍🔥 1️⃣ ☕️☕ and 🧑🏿‍🚀 flies 🚀🚀🚀!!! 😀😃😄",
    "mathematics": "∀ε>0 ∃δ: |x−a|<δ ⇒ |f(x)−f(a)|<ε; ½ + ⅓ ≠ ²⁄₅, 𝔸 ⊂ ℝ³, x₁…xₙ, ∑ᵢ aᵢ·10⁻⁶",
    "spaces": "one  two   three\t\tfour \n five\n\n\n   six \r\n\r\n seven\u00a0eight\u3000nine\u2009ten \n",
    "marks": "e\u0301 vs é, a\u0308\u0304, Z̸̢a̵l̶g̷o̴, \u200bzero\u200dwidth\ufeff, ﬁ ﬂ, İ ı ſ K Å",
    "special tokens": "<|endoftext|> and <|im_start|>user<|im_sep|> are text like any other <|endofprompt|>",
    "mix": "Hallo 世界! привет_мир = {'κλειδί': \"قيمة\"}  # 🐍 v3.11.0-rc1 C:\\Users\\ñ.txt 100% 'TIS I'LL WE'RE",
    "runs": "-" * 120
    + "=" * 90
    + " " * 70
    + "a" * 150
    + "!?" * 60
    + "0123456789" * 12
    + "\n" * 40
    + "的" * 80
    + "😀" * 30,
    "none": "",
}

CORPUS: Mapping[str, str] = {**LANGUAGES, **CODE, **SIGNS}
