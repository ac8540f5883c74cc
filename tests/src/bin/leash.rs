//! Runs a server for as long as standard input is open: see `bin/cluster.rs` for why a program does it.
//!
//! Arguments: the server's program and its arguments. Each line read is a command: `kill` (SIGKILL), `start` (the same
//! again), `pause` (it does nothing, and says nothing) or `resume`. Each is answered by one line, when it is done.

use std::{
    error::Error,
    io::{BufRead as _, Write as _},
    process::{Child, Command, Stdio},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let program = arguments.next().ok_or("no program is named")?;
    let mut server = Command::new(program);
    server.args(arguments).stdin(Stdio::null()).stdout(Stdio::null());
    let mut running = Some(server.spawn()?);
    answer()?;
    for line in std::io::stdin().lock().lines() {
        match line?.as_str() {
            "kill" => end(running.take())?,
            "start" => running = Some(server.spawn()?),
            "pause" => signal(running.as_ref(), Signal::SIGSTOP)?,
            "resume" => signal(running.as_ref(), Signal::SIGCONT)?,
            other => return Err(format!("`{other}` is no command").into()),
        }
        answer()?;
    }
    end(running)
}

fn answer() -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout();
    writeln!(out, "done")?;
    Ok(out.flush()?)
}

fn end(server: Option<Child>) -> Result<(), Box<dyn Error>> {
    if let Some(mut server) = server {
        server.kill()?;
        server.wait()?;
    }
    Ok(())
}

fn signal(server: Option<&Child>, signal: Signal) -> Result<(), Box<dyn Error>> {
    let server = server.ok_or("it does not run")?;
    Ok(kill(Pid::from_raw(i32::try_from(server.id())?), signal)?)
}
