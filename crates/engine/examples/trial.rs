//! trial URL_A URL_B dir...: each dir has before.sql after.sql
use lockstep_engine::{schema::*, *};
fn load(s: &mut Session, db: &str, f: &str) -> Result<()> {
    let s = &mut s.another()?;
    s.execute("SET foreign_key_checks=0")?;
    s.execute(format!("DROP DATABASE IF EXISTS `{db}`"))?;
    s.execute(format!("CREATE DATABASE `{db}`"))?;
    s.use_database(db)?;
    for p in script::split(&std::fs::read_to_string(f).unwrap())? {
        s.execute(&p.sql).map_err(|e| e.context(&p.sql))?;
    }
    Ok(())
}
fn one(a: &mut Session, b: &mut Session, dir: &str, verbose: bool) -> Result<String> {
    let db = "trial".to_string();
    let same = a.endpoint() == b.endpoint();
    // same server: source schema is read first, then replaced by the before state
    let dbs = vec![db.clone()];
    a.execute("SET foreign_key_checks=0")?;
    b.execute("SET foreign_key_checks=0")?;
    load(a, &db, &format!("{dir}/after.sql")).map_err(|e| e.context("LOADAFTER"))?;
    let src = read(a, &dbs)?;
    let _ = same;
    load(b, &db, &format!("{dir}/before.sql")).map_err(|e| e.context("LOADBEFORE"))?;
    a.execute("SET foreign_key_checks=1")?;
    b.execute("SET foreign_key_checks=1")?;
    let tgt = read(b, &dbs)?;
    let o = Options::default();
    let d = diff(&src, &tgt, &o);
    if verbose {
        for s in &d.statements {
            println!("[{:?}] {}\n     -- {}", s.risk, s.sql, s.why);
        }
        for u in &d.unsupported {
            println!("UNSUPPORTED {}: {}", u.object, u.reason);
        }
    }
    if !d.unsupported.is_empty() {
        return Ok(format!("UNSUPPORTED {}", d.unsupported[0].reason));
    }
    if d.statements.is_empty() {
        let raw_same = format!("{:?}", src.databases) == format!("{:?}", tgt.databases);
        return Ok(if raw_same { "NODIFF".into() } else { format!("NODIFF-TEXT {}", textdiff(&src, &tgt)) });
    }
    if let Err(e) = rehearse(b, &src, &tgt, &d, &o) {
        return Ok(format!("REFUSED {}", e.message()));
    }
    for s in &d.statements {
        if let Err(e) = execute(b, s, Patience::default()) {
            return Ok(format!("EXECFAIL {}", e.message()));
        }
    }
    let now = read(b, &dbs)?;
    let d2 = diff(&src, &now, &o);
    if !d2.is_empty() {
        return Ok(format!("NOTCONVERGED {:?}", d2.statements.first().map(|s| &s.sql)));
    }
    if format!("{:?}", src.databases) == format!("{:?}", now.databases) {
        Ok("OK".into())
    } else {
        Ok(format!("OKISH {}", textdiff(&src, &now)))
    }
}
fn textdiff(a: &Schema, b: &Schema) -> String {
    let mut out = String::new();
    for (n, d) in &a.databases {
        let e = &b.databases[n];
        for (t, x) in &d.tables {
            let y = &e.tables[t];
            if x != y {
                let mut xs: Vec<_> = x.create.lines().map(|l| l.trim_end_matches(',')).collect();
                let mut ys: Vec<_> = y.create.lines().map(|l| l.trim_end_matches(',')).collect();
                let order = xs.len() == ys.len() && {
                    xs.sort();
                    ys.sort();
                    xs == ys
                };
                if order {
                    out += "(order only) ";
                } else {
                    out += &format!("\n--- want {}\n--- have {}\n", x.create, y.create);
                }
            }
        }
        for (t, x) in &d.objects {
            let y = e.objects.get(t);
            if Some(x) != y {
                out += &format!("\n--- want {:?}\n--- have {:?}\n", x, y);
            }
        }
    }
    out
}
fn main() {
    let mut args = std::env::args().skip(1);
    let mut verbose = false;
    let (mut u1, mut u2) = (args.next().unwrap(), args.next().unwrap());
    if u1 == "-v" {
        verbose = true;
        u1 = u2;
        u2 = args.next().unwrap();
    }
    let mut a = Session::connect(&Endpoint::from_url(&u1).unwrap()).unwrap();
    let mut b = Session::connect(&Endpoint::from_url(&u2).unwrap()).unwrap();
    let mut counts = std::collections::BTreeMap::new();
    for dir in args {
        let r = one(&mut a, &mut b, &dir, verbose).unwrap_or_else(|e| format!("ERROR {}", e.message()));
        *counts.entry(r.split_whitespace().next().unwrap().to_string()).or_insert(0) += 1;
        println!("{dir}: {r}");
        if a.is_poisoned() || b.is_poisoned() {
            a = a.another().unwrap();
            b = b.another().unwrap();
        }
    }
    println!("{counts:?}");
}
