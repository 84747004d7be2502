import { expect } from "chai";
import { cidrFault, contains, overlaps, shareOfInternet } from "../../config/cidr";

describe("a CIDR", () => {
  it("is taken in its one canonical spelling", () => {
    const right = ["203.0.113.0/24", "0.0.0.0/0", "198.51.100.7/32", "2001:db8::/32", "::/0"];
    expect(right.map(cidrFault)).to.deep.equal(Array(5).fill(undefined));
  });

  for (const [text, fault] of [
    ["203.0.113.0", 'is one address; did you mean "203.0.113.0/32"?'],
    ["2001:db8::1", 'is one address; did you mean "2001:db8::1/128"?'],
    ["10.1.2.3/16", "has bits beyond its prefix length; write 10.1.0.0/16"],
    ["2001:db8::1/32", "has bits beyond its prefix length; write 2001:db8::/32"],
    ["2001:DB8::/32", "is not the usual spelling; write 2001:db8::/32"],
    ["2001:db8:0:0:0:0:0:0/32", "is not the usual spelling; write 2001:db8::/32"],
    ["::ffff:169.254.169.254/128", "is an IPv4 range in IPv6 clothes; write the IPv4 range itself"],
    ["010.0.0.0/8", "is not a CIDR; write an address and a prefix length, as 203.0.113.0/24"],
    ["10/8", "is not a CIDR; write an address and a prefix length, as 203.0.113.0/24"],
    ["0x0a.0.0.0/8", "is not a CIDR; write an address and a prefix length, as 203.0.113.0/24"],
    ["10.0.0.0/33", "is not a CIDR; write an address and a prefix length, as 203.0.113.0/24"],
    ["10.0.0.0/08", "is not a CIDR; write an address and a prefix length, as 203.0.113.0/24"],
    ["10.0.0.0/8/8", "is not a CIDR; write an address and a prefix length, as 203.0.113.0/24"],
    ["10.0.0.0/255.0.0.0", "is not a CIDR; write an address and a prefix length, as 203.0.113.0/24"],
    ["fe80::1%eth0/64", "is not a CIDR; write an address and a prefix length, as 203.0.113.0/24"],
    ["anywhere", "is not a CIDR; write an address and a prefix length, as 203.0.113.0/24"],
  ] as const) {
    it(`is not ${text}`, () => {
      expect(cidrFault(text)).to.equal(fault);
    });
  }

  it("holds itself and what is narrower, and never another family", () => {
    expect(contains("10.0.0.0/8", "10.0.0.0/8")).to.equal(true);
    expect(contains("10.0.0.0/8", "10.255.255.255/32")).to.equal(true);
    expect(contains("10.0.0.0/8", "0.0.0.0/0")).to.equal(false);
    expect(contains("10.0.0.0/8", "11.0.0.0/32")).to.equal(false);
    expect(contains("0.0.0.0/0", "::/128")).to.equal(false);
    expect(contains("::/0", "10.0.0.0/8")).to.equal(false);
  });

  it("overlaps what it holds and what holds it", () => {
    expect(overlaps("10.0.0.0/8", "10.1.0.0/16")).to.equal(true);
    expect(overlaps("10.1.0.0/16", "10.0.0.0/8")).to.equal(true);
    expect(overlaps("10.0.0.0/16", "10.1.0.0/16")).to.equal(false);
  });
});

describe("how much of the internet some ranges are", () => {
  it("counts each address once, of IPv4 and of IPv6 by themselves", () => {
    expect(shareOfInternet([])).to.equal(0);
    expect(shareOfInternet(["0.0.0.0/1", "128.0.0.0/2", "0.0.0.0/2", "1.2.3.4/32"])).to.equal(0.75);
    expect(shareOfInternet(["0.0.0.0/1", "0.0.0.0/1"])).to.equal(0.5);
    expect(shareOfInternet(["::/1", "0.0.0.0/2"])).to.equal(0.25);
  });
});
