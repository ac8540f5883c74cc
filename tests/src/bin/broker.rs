//! Runs one Apache Kafka broker for as long as standard input is open: see `bin/cluster.rs` for why a program does it.
//!
//! Arguments: the folder of the jars, a port, and one for its controller. Then, if there is more: a file of further settings,
//! which come last and so count, with `{port}` and `{controller}` for those; flags of the JVM (`-D…`); and users for SCRAM, as
//! the storage tool takes them. Each line read is a command: `kill` (SIGKILL), `start` (the same ports and data), `pause` (it
//! does nothing, and says nothing) or `resume`. Each is answered by one line, when it is done. The first line written says where the broker is.

use std::{
    error::Error,
    fs,
    io::{BufRead as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

/// How long a broker may take to listen: generous, since other work may have the machine.
const PATIENCE: Duration = Duration::from_mins(1);
/// A small heap and a quick start: a test's broker lives for minutes, and shares the machine.
const JVM: [&str; 7] = [
    "-Xms64m",
    "-Xmx384m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:-UsePerfData",
    "-Xshare:auto",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
];

/// What differs from Kafka's own settings: one node, quick groups, room for many topics.
const SETTINGS: &str = "\
process.roles=broker,controller
node.id=1
listener.security.protocol.map=BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=BROKER
controller.listener.names=CONTROLLER
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
broker.heartbeat.interval.ms=200
broker.session.timeout.ms=1000
controlled.shutdown.enable=false
num.network.threads=2
num.io.threads=2
background.threads=2
log.cleaner.enable=false
log.segment.bytes=67108864
log.index.size.max.bytes=65536
";

struct Broker {
    java: Command,
    child: Option<Child>,
    address: SocketAddr,
    log: PathBuf,
}

impl Broker {
    fn new(
        jars: &Path,
        [port, controller]: [u16; 2],
        further: &[String],
        folder: &Path,
    ) -> Result<Self, Box<dyn Error>> {
        let (more, rest) = match further {
            [] => (String::new(), further),
            [file, rest @ ..] => {
                let more = fs::read_to_string(file)?;
                (
                    more.replace("{port}", &port.to_string())
                        .replace("{controller}", &controller.to_string()),
                    rest,
                )
            }
        };
        let (flags, users): (Vec<_>, Vec<_>) = rest.iter().partition(|argument| argument.starts_with("-D"));
        let settings = folder.join("server.properties");
        let places = format!(
            "controller.quorum.voters=1@127.0.0.1:{controller}\n\
             listeners=BROKER://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}\n\
             advertised.listeners=BROKER://127.0.0.1:{port}\nlog.dirs={}\n",
            folder.join("data").display()
        );
        fs::write(&settings, format!("{SETTINGS}{places}{more}"))?;
        let java = |class: &str| {
            let mut java = Command::new("java");
            java.args(JVM)
                .args(&flags)
                .arg("-cp")
                .arg(jars.join("*"))
                .arg(class)
                .stdin(Stdio::null())
                .stdout(Stdio::null());
            java
        };
        let id = "AAAAAAAAQAGAAAAAAAAAAQ";
        let formatted = java("kafka.tools.StorageTool")
            .args(["format", "-t", id, "-c"])
            .arg(&settings)
            .args(users.iter().flat_map(|user| ["--add-scram", user.as_str()]))
            .stderr(Stdio::inherit())
            .status()?;
        if !formatted.success() {
            return Err("the broker's folder can't be formatted; see above".into());
        }
        let mut java = java("kafka.Kafka");
        let log = folder.join("broker.log");
        java.arg(&settings).stderr(fs::File::create(&log)?);
        Ok(Self { java, child: None, address: (Ipv4Addr::LOCALHOST, port).into(), log })
    }

    fn start(&mut self) -> Result<(), Box<dyn Error>> {
        if self.child.is_some() {
            return Err("the broker runs already".into());
        }
        let child = self.child.insert(self.java.spawn()?);
        let began = Instant::now();
        while TcpStream::connect(self.address).is_err() {
            if child.try_wait()?.is_some() {
                return Err(format!("the broker ended: {}", fs::read_to_string(&self.log)?).into());
            }
            if began.elapsed() > PATIENCE {
                return Err("the broker does not listen".into());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Stops it where it is (SIGSTOP), or lets it go on (SIGCONT).
    fn signal(&self, signal: Signal) -> Result<(), Box<dyn Error>> {
        let child = self.child.as_ref().ok_or("the broker does not run")?;
        Ok(kill(Pid::from_raw(child.id().try_into()?), signal)?)
    }

    /// Whether it ran until now.
    fn kill(&mut self) -> Result<bool, Box<dyn Error>> {
        let Some(mut child) = self.child.take() else { return Ok(false) };
        let ran = child.try_wait()?.is_none();
        child.kill()?;
        child.wait()?;
        Ok(ran)
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        // It may have ended by itself; there is nobody left to tell.
        drop(self.kill());
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, jars, port, controller, further @ ..] = arguments.as_slice() else {
        return Err("the folder of the jars and two ports are to be named".into());
    };
    let ports = [port.parse()?, controller.parse()?];
    let folder = tempfile::Builder::new().prefix("holdfast-broker-").tempdir_in("/tmp")?;
    let mut broker = Broker::new(Path::new(jars), ports, further, folder.path())?;
    broker.start()?;
    let mut out = std::io::stdout();
    // Whoever asked may be gone by now; then there is nobody to tell, and all the more to clear up.
    drop(writeln!(out, "{}", broker.address).and_then(|()| out.flush()));
    for line in std::io::stdin().lock().lines() {
        let answer = match line?.as_str() {
            "kill" if broker.kill()? => "killed".to_owned(),
            "kill" => "it had ended by itself".to_owned(),
            "start" => broker.start().map_or_else(|error| error.to_string(), |()| "started".to_owned()),
            "pause" => broker.signal(Signal::SIGSTOP).map(|()| "paused".to_owned())?,
            "resume" => broker.signal(Signal::SIGCONT).map(|()| "resumed".to_owned())?,
            other => format!("`{other}` is no command"),
        };
        if writeln!(out, "{answer}").and_then(|()| out.flush()).is_err() {
            break;
        }
    }
    drop(broker);
    folder.close()?;
    Ok(())
}
