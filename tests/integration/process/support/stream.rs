//! Lines that a thread reads as they come.

use std::{
    io::{BufRead as _, BufReader, Read},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// What a process has written to one of its pipes.
pub(super) struct Stream(Arc<Mutex<Said>>);

#[derive(Default)]
struct Said {
    lines: Vec<String>,
    is_over: bool,
}

impl Stream {
    /// Reads on until the pipe is closed by all who hold it.
    pub(super) fn read(pipe: impl Read + Send + 'static) -> Self {
        let stream = Self(Arc::default());
        let reader = Self(Arc::clone(&stream.0));
        std::thread::spawn(move || {
            // What is no text ends the reading, as the end of the pipe does.
            for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                reader.lock().lines.push(line);
            }
            reader.lock().is_over = true;
        });
        stream
    }

    /// The lines so far.
    pub(super) fn lines(&self) -> Vec<String> {
        self.lock().lines.clone()
    }

    /// Whether no more can come.
    pub(super) fn is_over(&self) -> bool {
        self.lock().is_over
    }

    fn lock(&self) -> MutexGuard<'_, Said> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
