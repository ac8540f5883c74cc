//! What the answers of a mail server mean. The server is a script of a few lines: a real one is asked in the integration
//! tests.

use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

use super::*;

/// A server that answers `MAIL` with this, or says nothing more when it is empty.
async fn server(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("smtp://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(talk(stream, answer));
        }
    });
    url
}

async fn talk(stream: TcpStream, answer: &'static str) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 here\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        let reply = match line.split([' ', ':']).next() {
            Some("MAIL") if answer.is_empty() => continue,
            Some("MAIL") => answer,
            Some("DATA") => "354 go on",
            _ => "250 fine",
        };
        write.write_all(format!("{reply}\r\n").as_bytes()).await?;
    }
    Ok(())
}

async fn deliver(url: &str) -> Delivered {
    let settings = EmailSettings { timeout: Duration::from_millis(600), ..settings(url) };
    let email = Email::new(&settings).expect("the settings are good");
    email.deliver(&outgoing("ann@example.org", "Jazz", None)).await
}

#[tokio::test]
async fn a_server_that_is_away_or_busy_is_asked_again() {
    for answer in ["451 later", "421 too many", "530 log in first", "535 wrong password", ""] {
        let delivered = deliver(&server(answer).await).await;
        assert!(matches!(delivered, Delivered::Failed { .. }), "{answer}: {delivered:?}");
    }
    let nobody = deliver("smtp://127.0.0.1:1").await;
    assert!(matches!(nobody, Delivered::Failed { status_code: None, .. }), "{nobody:?}");
}

#[tokio::test]
async fn a_mail_that_is_refused_for_good_is_not_sent_again() {
    for (answer, code) in [("550 no such mailbox", 550), ("552 too large", 552), ("554 no", 554)] {
        let delivered = deliver(&server(answer).await).await;
        let Delivered::Rejected { status_code, detail } = delivered else {
            panic!("{answer}: {delivered:?}");
        };
        assert_eq!(status_code, Some(code), "{detail}");
    }
}
