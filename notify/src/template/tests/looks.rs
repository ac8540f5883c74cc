//! Every message in every language, to the letter. `UPDATE_SNAPSHOTS=1` writes the letters anew.

use std::{fs, path::Path};

use super::*;

#[test]
fn every_message_looks_as_it_did() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/template/tests/snapshots");
    for message in Message::ALL {
        for language in Language::ALL {
            let Rendered { subject, text, html, .. } = render(message, language);
            let looks = format!("{subject}\n=====\n{text}\n=====\n{html}\n");
            let file = folder.join(format!("{}.{}.txt", message.code().to_lowercase(), language.code()));
            if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
                fs::write(&file, &looks).expect("a snapshot is written");
            }
            let before = fs::read_to_string(&file).expect("a snapshot");
            assert_eq!(looks, before, "{message:?} in {language:?}");
        }
    }
}

#[test]
fn every_message_says_what_its_reader_has_to_know() {
    for (message, english, german) in [
        (
            Message::Confirmed,
            vec![
                "Jazz Night x 2, €59.00 each",
                "Friday, 4 December 2026, 19:30 to 22:00",
                "€118.00",
                "row 3, seat 15",
            ],
            vec![
                "59,00\u{a0}€ je Platz",
                "Freitag, 4. Dezember 2026, 19:30 Uhr bis 22:00 Uhr",
                "Reihe 3, Platz 15",
            ],
        ),
        (
            Message::PaymentFailed,
            vec!["enough funds", "2 more attempts", "Pay by Friday, 20 November 2026, 11:05"],
            vec!["ausreichend gedeckt", "noch 2 Versuche", "bis Freitag, 20. November 2026, 11:05 Uhr"],
        ),
        (Message::HoldEnding, vec!["kept until 11:05"], vec!["bis 11:05 Uhr"]),
        (
            Message::Cancelled,
            vec!["as you asked", "€100.00 back"],
            vec!["wie gewünscht", "100,00\u{a0}€ zurück"],
        ),
        (Message::SlotCancelled, vec!["does not take place", "€118.00 back"], vec!["118,00\u{a0}€ zurück"]),
        (
            Message::WaitlistOffer,
            vec!["until Friday, 20 November 2026, 11:05"],
            vec!["Warteliste", "11:05 Uhr"],
        ),
        (Message::Rescheduled, vec!["has a new time", "19:30"], vec!["neue Zeit", "19:30 Uhr"]),
    ] {
        for (language, parts) in [(Language::English, english), (Language::German, german)] {
            let Rendered { text, html, subject, .. } = render(message, language);
            for part in parts {
                assert!(text.contains(part), "{message:?}: no {part:?} in\n{text}");
            }
            assert!(subject.contains("Jazz Night") && !subject.contains('\n'), "{subject:?}");
            assert!(html.contains(&format!("<html lang=\"{}\">", language.code())));
            for address in ["https://shop.example/bookings/HF-7K2M9Q", "https://shop.example/preferences?a=1"]
            {
                assert!(text.contains(address), "no {address} in\n{text}");
            }
            for body in [&text, &html] {
                assert!(body.contains("HF-7K2M9Q") && body.contains("Blue Note"));
                assert!(!body.contains("{{") && !body.contains("{%") && !body.contains("none"), "{body}");
            }
        }
    }
}
