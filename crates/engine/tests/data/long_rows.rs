//! Values longer than what the servers can make a digest of.

use lockstep_engine::data::{Link, Pair, Silent, Snapshot, compare, layouts};
use lockstep_engine::{Endpoint, Session, Topology};
use lockstep_sandbox::ServerOptions;
use lockstep_sandbox::testing::{self, Kind};

/// A value beyond `max_allowed_packet` makes a server's CONCAT answer NULL: it must not be taken for a NULL, nor for another
/// such value.
#[test]
fn values_beyond_max_allowed_packet_are_compared_over_a_slow_link() {
    for kind in [Kind::MySql97, Kind::MariaDb1011] {
        let servers = [(); 2].map(|()| testing::own(kind, &ServerOptions::for_tests()));
        let ends = servers.each_ref().map(|server| testing::Endpoint::of(server, kind));
        let values = ["REPEAT('a', 3000000), REPEAT('c', 3000000)", "REPEAT('b', 3000000), NULL"];
        for (end, values) in ends.iter().zip(values) {
            end.execute("CREATE DATABASE d");
            end.execute("CREATE TABLE d.t (id INT PRIMARY KEY, one LONGBLOB, two LONGBLOB)");
            end.execute(&format!("INSERT INTO d.t VALUES (1, {values}), (2, 'x', 'y')"));
            end.execute("SET GLOBAL max_allowed_packet = 1048576");
        }
        let [from, to] = ends.each_ref().map(testing::Endpoint::url);
        let topology = format!(
            "databases = [\"d\"]\n[environments.a]\nurl = \"{from}\"\n[environments.b]\nurl = \"{to}\"\n\
             [[flows]]\nfrom = \"a\"\nto = \"b\"\n[[reference_tables]]\ntable = \"d.t\"\n"
        );
        let topology = Topology::parse(&topology, std::path::Path::new("/")).unwrap();
        let [mut source, mut target] =
            [from, to].map(|url| Session::connect(&Endpoint::from_url(&url).unwrap()).unwrap());
        let one = layouts(&mut source, topology.references()).unwrap().remove(0);
        let two = layouts(&mut target, topology.references()).unwrap().remove(0);
        let pair = Pair::new(one, two).unwrap();
        let (mut source, mut target) = (Snapshot::open(source).unwrap(), Snapshot::open(target).unwrap());
        source.set_link(Link::Slow);
        let found = compare(&mut source, &mut target, &[pair], &Silent).unwrap().remove(0);
        assert_eq!((found.changes.updates(), found.equal), (1, 1), "{kind}");
    }
}
