//! How the process gets its memory.

/// A request is a few hundred small allocations, freed by whichever thread ends it: in the C library's allocator they took a
/// fifth of the API's time (docs/benchmarks.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Goes without huge pages. The allocator asks for them, and the system then clears 2 MB where a few kilobytes are wanted:
/// under a rush half of the API's time went into that, and a fifth of its memory was never used. Programs that this one
/// starts go without them, too; Postgres' own, which it asks for by `huge_pages`, are of another kind.
pub(crate) fn without_huge_pages() {
    #[cfg(target_os = "linux")]
    if let Err(error) = nix::sys::prctl::set_thp_disable(true) {
        tracing::debug!(%error, "huge pages stay");
    }
}
