//! IPv4 ranges, as far as rules compare them.

use std::fmt;
use std::net::Ipv4Addr;

/// An IPv4 range in CIDR notation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cidr {
    network: u32,
    /// Length of the prefix in bits, 0 to 32.
    pub prefix: u32,
}

impl Cidr {
    /// Reads `10.1.0.0/16`; none when it is not an IPv4 range.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = text.trim().split_once('/')?;
        let prefix: u32 = prefix.parse().ok().filter(|prefix| *prefix <= 32)?;
        let address: Ipv4Addr = address.parse().ok()?;
        Some(Self { network: u32::from(address) & mask(prefix), prefix })
    }

    /// Whether every address of `other` is in this range.
    pub fn holds(self, other: Self) -> bool {
        self.prefix <= other.prefix && other.network & mask(self.prefix) == self.network
    }

    /// Whether the two ranges share an address.
    pub fn overlaps(self, other: Self) -> bool {
        self.holds(other) || other.holds(self)
    }

    /// Whether the range lies in the private address space (RFC 1918) or the shared one (RFC 6598).
    pub fn is_private(self) -> bool {
        ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8"]
            .iter()
            .filter_map(|range| Self::parse(range))
            .any(|range| range.holds(self))
    }

    /// The first `count` blocks of this range with `host_bits` bits each, as `Fn::Cidr` makes them.
    pub fn blocks(self, count: u32, host_bits: u32) -> Vec<Self> {
        if host_bits > 31 {
            return Vec::new();
        }
        let prefix = 32 - host_bits;
        let starts = (0..count).filter_map(|index| {
            let offset = u32::checked_mul(index, 1 << host_bits)?;
            self.network.checked_add(offset)
        });
        starts.map(|network| Self { network, prefix }).filter(|block| self.holds(*block)).collect()
    }
}

fn mask(prefix: u32) -> u32 {
    u32::MAX.checked_shl(32 - prefix).unwrap_or(0)
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", Ipv4Addr::from(self.network), self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_hold_and_divide() {
        let vpc = Cidr::parse("10.1.0.0/16").unwrap();
        assert!(vpc.holds(Cidr::parse("10.1.11.0/24").unwrap()));
        assert!(!vpc.overlaps(Cidr::parse("10.2.0.0/16").unwrap()));
        assert!(Cidr::parse("0.0.0.0/0").unwrap().holds(vpc));
        assert!(vpc.is_private() && !Cidr::parse("8.8.8.0/24").unwrap().is_private());
        assert_eq!(vpc.blocks(2, 8).last().unwrap().to_string(), "10.1.1.0/24");
        assert_eq!(Cidr::parse("10.1.0.0/33"), None);
    }
}
