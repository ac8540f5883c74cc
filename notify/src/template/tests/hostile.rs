//! Titles of people who mean harm, or who merely write from right to left.

use super::*;

const TITLES: [&str; 7] = [
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "\"><a href='https://evil.example'>Pay here</a>",
    "Jazz\r\nBcc: everybody@example.com\r\n\r\n<h1>hello</h1>",
    "{{ 7 * 7 }}{% include \"layout.html\" %}",
    "ערב ג'אז בתל אביב",
    "\u{202e}thgiN zzaJ\u{202c}\u{2067}",
    "🎷🎺 Größe & Café 👩‍👩‍👧",
];

#[test]
fn a_title_is_never_more_than_text() {
    let templates = Renderer::new(links());
    for message in Message::ALL {
        for language in Language::ALL {
            for title in TITLES {
                let event = event_for(message);
                let rendered = templates.render(message.code(), language, &event, &context(title));
                let Rendered { subject, text, html, .. } = rendered.expect("a message");
                assert!(!subject.contains(['\r', '\n']), "{subject:?}");
                for forbidden in ["<script", "<img", "<a href='https://evil", "<h1>hello"] {
                    assert!(!html.contains(forbidden), "{html}");
                }
                for body in [&subject, &text, &html] {
                    assert!(
                        !body.contains("49") || !title.contains("7 * 7"),
                        "a title is no template: {body}"
                    );
                    assert!(!body.contains(['\u{202e}', '\u{202c}', '\u{2067}', '\r', '\u{0}']), "{body:?}");
                    assert!(!body.contains("\nBcc:"), "{body}");
                }
            }
        }
    }
}

#[test]
fn letters_of_every_script_stay_as_they_are() {
    let templates = Renderer::new(links());
    let event = event_for(Message::Confirmed);
    for title in ["ערב ג׳אז בתל אביב", "🎷🎺 Größe Café 👩‍👩‍👧", "ジャズの夜"]
    {
        let rendered =
            templates.render("CONFIRMED", Language::German, &event, &context(title)).expect("a message");
        for body in [rendered.subject, rendered.text, rendered.html] {
            assert!(body.contains(title), "{body}");
        }
    }
}

#[test]
fn seats_and_organisers_are_escaped_as_well() {
    let mut event = event_for(Message::Confirmed);
    event["booking"]["lines"][0]["seats"] = json!([{"section": "<b>A</b>", "row": "\n1", "seat": "<i>2"}]);
    let mut context = context("Jazz");
    context["organiser"]["name"] = json!("<u>Club</u>\r\nX: y");
    let rendered =
        Renderer::new(links()).render("CONFIRMED", Language::English, &event, &context).expect("a message");
    for tag in ["<b>", "<i>", "<u>"] {
        assert!(!rendered.html.contains(tag), "{}", rendered.html);
    }
    assert!(
        rendered.text.contains("<u>Club</u> X: y") && rendered.text.contains("row 1"),
        "{}",
        rendered.text
    );
}

#[test]
fn a_reference_cannot_leave_its_place_in_an_address() {
    let links = links();
    let link = links.booking("HF-1/../../evil?x=<y>").expect("a link");
    assert_eq!(link, "https://shop.example/bookings/HF-1evilxy");
}
