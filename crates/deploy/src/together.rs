//! The same work in several environments at once: a cluster takes a quarter of an hour, whichever account it is in.

use std::panic::resume_unwind;
use std::thread;

/// Does the work on every item, each on a thread of its own, and gives the outcomes in the items' order. One that
/// fails does not end the others.
pub(crate) fn together<T: Send, R: Send>(
    items: impl IntoIterator<Item = T>,
    work: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    let work = &work;
    thread::scope(|scope| {
        let threads: Vec<_> = items.into_iter().map(|item| scope.spawn(move || work(item))).collect();
        threads.into_iter().map(|one| one.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::together;

    #[test]
    fn all_are_under_way_at_once_and_keep_their_order() {
        let all = Barrier::new(3);
        let done = together(["dev", "staging", "prod"], |name| {
            all.wait();
            name.len()
        });
        assert_eq!(done, [3, 7, 4]);
    }
}
