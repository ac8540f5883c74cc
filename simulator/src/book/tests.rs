use chrono::TimeDelta;

use super::*;

fn book() -> Book {
    Book::new(TimeDelta::days(7))
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).expect("a time")
}

fn call(key: &str, kind: Kind, method: &str, authorization: Option<&str>) -> Call {
    Call {
        key: key.to_owned(),
        kind,
        amount_minor: 1_000,
        currency: "EUR".to_owned(),
        payment_method: Some(method.to_owned()),
        authorization: authorization.map(str::to_owned),
        payment_id: Some("payment".to_owned()),
    }
}

fn work(book: &mut Book, call: &Call) -> Worked {
    book.work(call, Luck::default(), now())
}

fn authorize(book: &mut Book, key: &str, method: &str) -> String {
    match work(book, &call(key, Kind::Authorize, method, None)).answer {
        Answer::Succeeded { reference, expires_at } => {
            assert_eq!(expires_at, Some(now() + TimeDelta::days(7)));
            reference
        }
        other => panic!("{method} was answered {other:?}"),
    }
}

fn is_done(worked: &Worked) -> bool {
    matches!(worked.answer, Answer::Succeeded { .. })
}

fn declined(worked: &Worked) -> &str {
    match &worked.answer {
        Answer::Declined(code) => code,
        other => panic!("not declined but {other:?}"),
    }
}

#[test]
fn cards_are_charged_or_declined_by_their_token() {
    for method in ["pm_card_visa", "pm_card_mastercard", "pm_card_amex", "pm_sim_whatever"] {
        authorize(&mut book(), "a", method);
    }
    for (method, code) in [
        ("pm_card_chargeDeclined", "card_declined"),
        ("pm_card_chargeDeclinedInsufficientFunds", "insufficient_funds"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card"),
        ("pm_card_other", "no_such_payment_method"),
        ("", "no_such_payment_method"),
    ] {
        assert_eq!(declined(&work(&mut book(), &call("a", Kind::Authorize, method, None))), code, "{method}");
    }
}

#[test]
fn a_key_is_worked_once_and_answers_the_same_ever_after() {
    let mut book = book();
    let wanted = call("a", Kind::Authorize, "pm_card_visa", None);
    let (first, second) = (work(&mut book, &wanted), work(&mut book, &wanted));
    assert_eq!(first.answer, second.answer);
    assert_eq!((first.tries, second.tries), (1, 2));
    assert_eq!((first.is_settled_now, second.is_settled_now), (true, false));
    assert_eq!(book.entries(0, 10).entries.len(), 1);
}

#[test]
fn a_key_used_for_something_else_is_refused() {
    let mut book = book();
    authorize(&mut book, "a", "pm_card_visa");
    let wanted = call("a", Kind::Authorize, "pm_card_visa", None);
    for other in [
        Call { amount_minor: 999, ..wanted.clone() },
        Call { kind: Kind::Refund, ..wanted.clone() },
        Call { currency: "USD".to_owned(), ..wanted.clone() },
        Call { payment_method: Some("pm_card_amex".to_owned()), ..wanted.clone() },
    ] {
        assert_eq!(work(&mut book, &other).answer, Answer::KeyReused, "{other:?}");
    }
    assert!(is_done(&work(&mut book, &wanted)), "it still stands");
}

#[test]
fn trouble_before_the_charge_does_nothing_the_first_time() {
    for (method, answer, told) in [
        ("pm_sim_serverErrorOnce", Answer::Unavailable, Told::Answered),
        ("pm_sim_rateLimited", Answer::RateLimited, Told::Answered),
        ("pm_sim_timeoutBeforeCharge", Answer::Unavailable, Told::Never),
    ] {
        let mut book = book();
        let wanted = call("a", Kind::Authorize, method, None);
        let first = work(&mut book, &wanted);
        assert_eq!((first.answer, first.told), (answer, told), "{method}");
        assert!(book.entries(0, 10).entries.is_empty(), "{method}");
        assert_eq!(book.find("a").and_then(|row| row.verdict.clone()), None);
        let second = work(&mut book, &wanted);
        assert!(is_done(&second) && second.told == Told::Answered, "{method}");
    }
    let mut book = book();
    let wanted = call("a", Kind::Authorize, "pm_sim_serverErrorAlways", None);
    for _ in 0..5 {
        assert_eq!(work(&mut book, &wanted).answer, Answer::Unavailable);
    }
}

#[test]
fn trouble_after_the_charge_has_done_it() {
    for (method, told_then) in [
        ("pm_sim_timeoutAfterCharge", [Told::Never, Told::Answered]),
        ("pm_sim_lostAlways", [Told::Lost, Told::Lost]),
    ] {
        let mut book = book();
        let wanted = call("a", Kind::Authorize, method, None);
        let told = [work(&mut book, &wanted).told, work(&mut book, &wanted).told];
        assert_eq!(told, told_then, "{method}");
        assert!(book.find("a").and_then(Row::reference).is_some(), "{method}");
        assert_eq!(book.entries(0, 10).entries.len(), 1, "{method}");
    }
}

#[test]
fn a_stored_error_is_answered_ever_after() {
    let mut book = book();
    let wanted = call("a", Kind::Authorize, "pm_sim_error500", None);
    for _ in 0..3 {
        assert_eq!(work(&mut book, &wanted).answer, Answer::Error);
    }
    assert_eq!(book.find("a").and_then(|row| row.verdict.clone()), Some(Verdict::NotDone));
    assert!(book.entries(0, 10).entries.is_empty());

    let wanted = call("b", Kind::Authorize, "pm_sim_error500AfterCharge", None);
    for _ in 0..3 {
        assert_eq!(work(&mut book, &wanted).answer, Answer::Error);
    }
    assert!(book.find("b").and_then(Row::reference).is_some(), "the look-up tells the truth");
    assert_eq!(book.entries(0, 10).entries.len(), 1);
}

#[test]
fn one_stored_error_is_over_with_another_key() {
    let mut book = book();
    let first = call("a", Kind::Authorize, "pm_sim_error500Once", None);
    assert_eq!(work(&mut book, &first).answer, Answer::Error);
    assert_eq!(work(&mut book, &first).answer, Answer::Error);
    let second = Call { key: "b".to_owned(), ..first.clone() };
    assert!(is_done(&work(&mut book, &second)));
    let elsewhere = Call { key: "c".to_owned(), payment_id: Some("other".to_owned()), ..first };
    assert_eq!(work(&mut book, &elsewhere).answer, Answer::Error);
}

#[test]
fn an_authorization_is_captured_or_voided_once() {
    let mut book = book();
    let about = authorize(&mut book, "a", "pm_card_visa");
    assert!(is_done(&work(&mut book, &call("c", Kind::Capture, "pm_card_visa", Some(&about)))));
    for (key, kind) in [("c2", Kind::Capture), ("v", Kind::Void)] {
        assert_eq!(
            declined(&work(&mut book, &call(key, kind, "pm_card_visa", Some(&about)))),
            "authorization_closed"
        );
    }
    let about = authorize(&mut book, "b", "pm_card_visa");
    assert!(is_done(&work(&mut book, &call("w", Kind::Void, "pm_card_visa", Some(&about)))));
    assert_eq!(
        declined(&work(&mut book, &call("d", Kind::Capture, "", Some(&about)))),
        "authorization_closed"
    );
}

#[test]
fn amounts_and_currencies_are_bounded_by_what_was_before() {
    let mut book = book();
    let about = authorize(&mut book, "a", "pm_card_visa");
    let capture = call("c", Kind::Capture, "", Some(&about));
    let more = Call { key: "c1".to_owned(), amount_minor: 1_001, ..capture.clone() };
    assert_eq!(declined(&work(&mut book, &more)), "amount_too_large");
    let foreign = Call { key: "c2".to_owned(), currency: "USD".to_owned(), ..capture.clone() };
    assert_eq!(declined(&work(&mut book, &foreign)), "currency_mismatch");
    let refund = Call { kind: Kind::Refund, key: "r".to_owned(), amount_minor: 600, ..capture.clone() };
    assert_eq!(declined(&work(&mut book, &refund)), "amount_too_large", "nothing was captured yet");
    assert!(is_done(&work(&mut book, &capture)));
    let refund = Call { key: "r1".to_owned(), ..refund };
    assert!(is_done(&work(&mut book, &refund)));
    assert_eq!(
        declined(&work(&mut book, &Call { key: "r2".to_owned(), ..refund.clone() })),
        "amount_too_large"
    );
    assert!(is_done(&work(&mut book, &Call { key: "r3".to_owned(), amount_minor: 400, ..refund.clone() })));
    let nothing = Call { key: "r4".to_owned(), amount_minor: 0, ..refund };
    assert_eq!(declined(&work(&mut book, &nothing)), "invalid_amount");
    let stray = call("x", Kind::Capture, "pm_card_visa", Some("sim_authorize_none"));
    assert_eq!(declined(&work(&mut book, &stray)), "no_such_authorization");
}

#[test]
fn a_lapsed_authorization_is_voided_and_not_captured() {
    let mut book = book();
    let about = authorize(&mut book, "a", "pm_card_visa");
    let late = now() + TimeDelta::days(7);
    let capture = book.work(&call("c", Kind::Capture, "", Some(&about)), Luck::default(), late);
    assert_eq!(declined(&capture), "authorization_lapsed");
    let void = book.work(&call("v", Kind::Void, "", Some(&about)), Luck::default(), late);
    assert!(is_done(&void));
}

#[test]
fn a_capture_is_declined_by_the_token_of_its_authorization() {
    let mut book = book();
    let about = authorize(&mut book, "a", "pm_sim_captureDeclined");
    for (key, method) in [("c", None), ("d", Some("pm_sim_captureDeclined".to_owned()))] {
        let capture = Call { payment_method: method, ..call(key, Kind::Capture, "", Some(&about)) };
        assert_eq!(declined(&work(&mut book, &capture)), "capture_declined");
    }
    assert!(is_done(&work(&mut book, &call("v", Kind::Void, "", Some(&about)))));
}

#[test]
fn luck_strikes_whatever_the_token() {
    let wanted = call("a", Kind::Authorize, "pm_card_visa", None);
    let with = |luck| book().work(&wanted, luck, now());
    assert_eq!(declined(&with(Luck { is_declined: true, ..Luck::default() })), "card_declined");
    assert_eq!(with(Luck { errs: true, ..Luck::default() }).answer, Answer::Error);
    assert_eq!(with(Luck { is_unavailable: true, ..Luck::default() }).answer, Answer::Unavailable);
    let lost = with(Luck { is_lost_before: true, ..Luck::default() });
    assert!(lost.told == Told::Lost && !lost.is_settled_now);
    let lost = with(Luck { is_lost_after: true, ..Luck::default() });
    assert!(lost.told == Told::Lost && lost.is_settled_now);
}

#[test]
fn books_are_the_same_when_they_are_opened_again() {
    let mut book = book();
    let about = authorize(&mut book, "a", "pm_card_visa");
    work(&mut book, &call("c", Kind::Capture, "", Some(&about)));
    work(&mut book, &call("e", Kind::Authorize, "pm_sim_error500Once", None));
    let rows = ["a", "c", "e"].map(|key| book.find(key).expect("a row").clone());
    let written = serde_json::to_vec(&rows).expect("rows are JSON");
    let mut again = Book::restore(TimeDelta::days(7), serde_json::from_slice(&written).expect("and back"));
    assert_eq!(again.entries(0, 10), book.entries(0, 10));
    assert_eq!(declined(&work(&mut again, &call("v", Kind::Void, "", Some(&about)))), "authorization_closed");
    assert!(is_done(&work(&mut again, &call("f", Kind::Authorize, "pm_sim_error500Once", None))));
}

#[test]
fn entries_are_paged_in_the_order_of_their_doing() {
    let mut book = book();
    let keys = ["a", "b", "c", "d", "e"];
    for key in keys {
        authorize(&mut book, key, "pm_card_visa");
    }
    let (mut after, mut seen) = (0, Vec::new());
    loop {
        let page = book.entries(after, 2);
        seen.extend(page.entries.iter().map(|row| row.call.key.clone()));
        after = page.next;
        if !page.has_more {
            break;
        }
    }
    assert_eq!(seen, keys);
    assert_eq!(book.entries(after, 2), Page { entries: Vec::new(), next: 5, has_more: false });
}
