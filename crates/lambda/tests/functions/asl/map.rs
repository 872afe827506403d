//! Map states: the same states for every item of a list, several at a time.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::definition::Map;
use super::failure::Failure;
use super::path::{self, Scope};
use super::run::Execution;
use super::template;

/// Runs the items and gives their outputs in the items' order. The first failure is that of the state, and no
/// further item is begun.
pub(crate) fn run(
    execution: &Execution,
    map: &Map,
    scope: Scope,
    now: &mut Duration,
) -> Result<Value, Failure> {
    let items = path::get(&map.items_path, scope)?;
    // Started, and how it ends.
    execution.write(2)?;
    let Value::Array(items) = items else {
        return Err(Failure::runtime(format!("{} is no list: {items}", map.items_path)));
    };
    let workers = if map.max_concurrency == 0 { items.len() } else { map.max_concurrency.min(items.len()) };
    let work =
        Work { execution, map, scope, items: &items, next: AtomicUsize::new(0), busy: AtomicUsize::new(0) };
    let outputs = Mutex::new(vec![Value::Null; items.len()]);
    let (start, end) = (*now, Mutex::new(*now));
    let failed = thread::scope(|threads| {
        let workers: Vec<_> =
            (0..workers).map(|_| threads.spawn(|| work.run(start, &end, &outputs))).collect();
        let results = workers.into_iter().map(|w| w.join().expect("no panic in an item"));
        // All are waited for, the first failure counts.
        results.fold(None, |first: Option<Failure>, result| first.or(result.err()))
    });
    *now = end.into_inner().expect("no panic");
    if let Some(failure) = failed {
        return Err(failure);
    }
    let outputs = outputs.into_inner().expect("no panic");
    path::put(map.result_path.as_deref(), scope.input, Value::Array(outputs))
}

struct Work<'a> {
    execution: &'a Execution<'a>,
    map: &'a Map,
    scope: Scope<'a>,
    items: &'a [Value],
    next: AtomicUsize,
    busy: AtomicUsize,
}

impl Work<'_> {
    /// Takes one item after another. Each worker has a clock of its own; the last one to end gives the time.
    fn run(
        &self,
        start: Duration,
        end: &Mutex<Duration>,
        outputs: &Mutex<Vec<Value>>,
    ) -> Result<(), Failure> {
        let mut now = start;
        loop {
            let index = self.next.fetch_add(1, Ordering::SeqCst);
            let Some(item) = self.items.get(index) else { return Ok(()) };
            let busy = self.busy.fetch_add(1, Ordering::SeqCst) + 1;
            {
                let mut history = self.execution.history.lock().expect("no panic");
                history.most_at_once = history.most_at_once.max(busy);
            }
            let result = self.item(index, item, &mut now);
            self.busy.fetch_sub(1, Ordering::SeqCst);
            {
                let mut end = end.lock().expect("no panic");
                *end = now.max(*end);
            }
            match result {
                Ok(output) => outputs.lock().expect("no panic")[index] = output,
                Err(failure) => {
                    self.next.store(self.items.len(), Ordering::SeqCst);
                    return Err(failure);
                }
            }
        }
    }

    fn item(&self, index: usize, item: &Value, now: &mut Duration) -> Result<Value, Failure> {
        let mut context = self.scope.context.clone();
        context["Map"] = json!({ "Item": { "Index": index, "Value": item } });
        // The iteration started, and how it ends.
        self.execution.write(2)?;
        let input = match &self.map.item_selector {
            Some(selector) => template::fill(selector, Scope { context: &context, ..self.scope })?,
            None => item.clone(),
        };
        self.execution.walk(&self.map.item_processor, &context, input, now)
    }
}
