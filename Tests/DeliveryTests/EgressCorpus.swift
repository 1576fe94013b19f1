/// Addresses with which others have been led into their own network, and ways to write an address that two readers read
/// differently. `PORT` stands for a port on which a server listens on 127.0.0.1; the names are resolved by
/// `EgressCorpus.names`.
enum EgressCorpus {
    static let names: [String: [[String]]] = [
        "localhost": [["127.0.0.1"]], "localhost.localdomain": [["127.0.0.1"]], "app.localhost": [["::1"]],
        "127.0.0.1.nip.example": [["127.0.0.1"]], "metadata.internal.example": [["169.254.169.254"]],
        "inside.example": [["10.1.2.3"]], "half.example": [["93.184.216.34", "192.168.0.7"]],
        "half6.example": [["2606:2800:220:1::1", "fd00::7"]], "mapped.example": [["::ffff:127.0.0.1"]],
        "zero.example": [["0.0.0.0"]], "zero6.example": [["::"]], "nat64.example": [["64:ff9b::7f00:1"]],
        "sixtofour.example": [["2002:7f00:1::1"]], "teredo.example": [["2001::1"]], "carrier.example": [["100.64.0.1"]],
        "linklocal.example": [["fe80::1"]], "broadcast.example": [["255.255.255.255"]],
        "multicast.example": [["224.0.0.1"]],
        "azure.example": [["168.63.129.16"]], "ecs.example": [["169.254.170.2"]],
        "alibaba.example": [["100.100.100.200"]],
        "test.example": [["192.0.2.1"]], "isatap.example": [["2a00:1450::5efe:7f00:1"]],
    ]

    static let schemes = [
        "", "http", "http:", "http:/", "http://", "https://", "//127.0.0.1:PORT/", "///127.0.0.1:PORT/",
        "127.0.0.1:PORT",
        "http:///127.0.0.1:PORT/", "http:127.0.0.1:PORT/", "http:/127.0.0.1:PORT/", "http:////127.0.0.1:PORT/",
        "ftp://127.0.0.1:PORT/", "file:///etc/passwd", "gopher://127.0.0.1:PORT/_x", "dict://127.0.0.1:PORT/",
        "ldap://127.0.0.1:PORT/", "javascript:alert(1)", "data:text/plain,x", "ws://127.0.0.1:PORT/",
        "http+unix://%2Fvar%2Frun%2Fdocker.sock/", "https+unix://socket/", "unix:///var/run/docker.sock",
        "jar:http://127.0.0.1:PORT/!/", "view-source:http://127.0.0.1:PORT/", "htt\tp://127.0.0.1:PORT/",
    ]

    static let userInformation = [
        "http://user@127.0.0.1:PORT/", "http://user:word@127.0.0.1:PORT/", "http://example.com@127.0.0.1:PORT/",
        "http://example.com:80@127.0.0.1:PORT/", "http://@127.0.0.1:PORT/", "http://:@127.0.0.1:PORT/",
        "http://example.com%40127.0.0.1:PORT/", "http://127.0.0.1:PORT@example.com/", "http://a@b@127.0.0.1:PORT/",
        "http://example.com\\@127.0.0.1:PORT/", "http://127.0.0.1:PORT\\@example.com/",
        "http://example.com#@127.0.0.1:PORT/",
        "http://127.0.0.1:PORT#@example.com/", "http://example.com?@127.0.0.1:PORT\\/",
    ]

    static let numbers = [
        "http://127.0.0.1:PORT/", "HTTP://127.0.0.1:PORT/", "hTTps://127.0.0.1:PORT/", "http://127.1:PORT/",
        "http://127.0.1:PORT/", "http://127:PORT/", "http://2130706433:PORT/", "http://017700000001:PORT/",
        "http://0x7f000001:PORT/", "http://0X7F000001:PORT/", "http://0x7f.0x0.0x0.0x1:PORT/", "http://0x7f.1:PORT/",
        "http://0177.0.0.1:PORT/", "http://0177.0.0.01:PORT/", "http://127.0.0.01:PORT/",
        "http://127.000.000.001:PORT/",
        "http://00127.0.0.1:PORT/", "http://127.0.0.1.:PORT/", "http://127.0.0.1..:PORT/", "http://.127.0.0.1:PORT/",
        "http://127..0.0.1:PORT/", "http://127.0.0.256:PORT/", "http://127.0.0.1.1:PORT/", "http://4294967297:PORT/",
        "http://127.0.0.0x1:PORT/", "http://0:PORT/", "http://0.0.0.0:PORT/", "http://0x0:PORT/", "http://00:PORT/",
        "http://127.127.127.127:PORT/", "http://127.0.0.1%00.example.com:PORT/", "http://127%2e0%2e0%2e1:PORT/",
        "http://%31%32%37.0.0.1:PORT/", "http://１２７.0.0.1:PORT/", "http://①②⑦.⓪.⓪.①:PORT/", "http://127。0。0。1:PORT/",
        "http://1.2.3:PORT/", "http://0x:PORT/", "http://169.254.169.254/",
        "http://169.254.169.254:80/latest/meta-data/",
        "http://2852039166/", "http://0xa9fea9fe/", "http://0251.0376.0251.0376/", "http://169.254.43518/",
        "http://169.254.170.2/v2/credentials", "http://100.100.100.200/", "http://168.63.129.16/",
        "http://192.0.0.192/",
        "http://10.0.0.1/", "http://172.16.0.1/", "http://172.31.255.255/", "http://192.168.1.1/", "http://100.64.0.1/",
        "http://198.18.0.1/", "http://192.0.2.1/", "http://198.51.100.1/", "http://203.0.113.1/", "http://224.0.0.1/",
        "http://240.0.0.1/", "http://255.255.255.255/", "http://192.88.99.1/",
    ]

    static let bracketed = [
        "http://[::1]:PORT/", "http://[::]:PORT/", "http://[0:0:0:0:0:0:0:1]:PORT/", "http://[::ffff:127.0.0.1]:PORT/",
        "http://[::ffff:7f00:1]:PORT/", "http://[::FFFF:7F00:0001]:PORT/", "http://[0:0:0:0:0:ffff:127.0.0.1]:PORT/",
        "http://[::127.0.0.1]:PORT/", "http://[::ffff:0:127.0.0.1]:PORT/", "http://[64:ff9b::127.0.0.1]:PORT/",
        "http://[64:ff9b::7f00:1]:PORT/", "http://[64:ff9b:1::1]:PORT/", "http://[2002:7f00:1::]:PORT/",
        "http://[2001:0:7f00:1::]:PORT/", "http://[fe80::1]:PORT/", "http://[fe80::1%25eth0]:PORT/",
        "http://[fe80::1%eth0]:PORT/",
        "http://[::1%25lo]:PORT/", "http://[fc00::1]:PORT/", "http://[fd00:ec2::254]/latest/", "http://[ff02::1]:PORT/",
        "http://[2001:db8::1]:PORT/", "http://[fec0::1]:PORT/", "http://[3fff::1]:PORT/", "http://[100::1]:PORT/",
        "http://[::ffff:169.254.169.254]/", "http://[::ffff:a9fe:a9fe]/", "http://[::ffff:10.0.0.1]/",
        "http://[2a00:1450::5efe:127.0.0.1]:PORT/", "http://[::1:PORT/", "http://::1]:PORT/", "http://::1:PORT/",
        "http://[127.0.0.1]:PORT/", "http://[localhost]:PORT/", "http://[]:PORT/", "http://[::1]x:PORT/",
        "http://[::1].example.com:PORT/", "http://[:::1]:PORT/", "http://[1::2::3]:PORT/", "http://[::12345]:PORT/",
        "http://[::ffff:127.1]:PORT/", "http://[::ffff:0177.0.0.1]:PORT/", "http://[v1.fe80::a]:PORT/",
    ]

    static let hosts = [
        "http://localhost:PORT/", "http://LOCALHOST:PORT/", "http://LocalHost:PORT/", "http://localhost.:PORT/",
        "http://localhost.localdomain:PORT/", "http://app.localhost:PORT/", "http://127.0.0.1.nip.example:PORT/",
        "http://metadata.google.internal/computeMetadata/v1/", "http://METADATA.google.internal/", "http://metadata/",
        "http://metadata.google.internal./", "http://instance-data/latest/", "http://metadata.tencentyun.com/",
        "http://metadata.internal.example/", "http://inside.example/", "http://half.example/", "http://half6.example/",
        "http://mapped.example:PORT/", "http://zero.example:PORT/", "http://zero6.example:PORT/",
        "http://nat64.example:PORT/",
        "http://sixtofour.example:PORT/", "http://teredo.example:PORT/", "http://carrier.example/",
        "http://linklocal.example/", "http://broadcast.example/", "http://multicast.example/", "http://azure.example/",
        "http://ecs.example/", "http://alibaba.example/", "http://test.example/", "http://isatap.example:PORT/",
        "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:PORT/", "http://lоcalhost:PORT/", "http://local\u{ad}host:PORT/", "http://local%68ost:PORT/",
        "http://localhost%00:PORT/", "http://local\thost:PORT/", "http://local\nhost:PORT/", "http://localhost :PORT/",
        " http://localhost:PORT/", "http://localhost:PORT/ ", "http:// localhost:PORT/", "http://local_host:PORT/",
        "http://-localhost:PORT/", "http://localhost-:PORT/", "http://a..localhost:PORT/", "http://.localhost:PORT/",
        "http://localhost,example.com:PORT/", "http://localhost;example.com:PORT/",
        "http://localhost\\.example.com:PORT/",
        "http:\\\\localhost:PORT\\", "http:/\\localhost:PORT/", "http://\\localhost:PORT/", "http://localhost:PORT\\a",
        "http://localhost|example.com:PORT/", "http://{localhost}:PORT/", "http://<localhost>:PORT/", "http://*:PORT/",
    ]

    static let portsAndPaths = [
        "http://93.184.216.34:22/", "http://93.184.216.34:25/", "http://93.184.216.34:6379/", "http://93.184.216.34:0/",
        "http://93.184.216.34:65536/", "http://93.184.216.34:80a/", "http://93.184.216.34:/",
        "http://93.184.216.34:080/",
        "http://93.184.216.34:+80/", "http://93.184.216.34:-80/", "http://93.184.216.34:80:80/",
        "http://93.184.216.34:99999999999/",
        "http://93.184.216.34:%38%30/", "http://93.184.216.34:８０/", "http://93.184.216.34/../admin",
        "http://93.184.216.34/./x",
        "http://93.184.216.34/a/%2e%2e/b", "http://93.184.216.34/%2E/", "http://93.184.216.34/.%2e",
        "http://93.184.216.34/a\\..\\b",
        "http://93.184.216.34/%0d%0aX:%20y", "http://93.184.216.34/%00", "http://93.184.216.34/a\r\nX: y",
        "http://93.184.216.34/%",
        "http://93.184.216.34/%2", "http://93.184.216.34/%zz", "http://93.184.216.34/a b", "http://93.184.216.34/a\tb",
        "http://93.184.216.34/ä", "http://93.184.216.34/#top", "http://93.184.216.34/<x>", "http://93.184.216.34/\"x\"",
        "http://93.184.216.34/\u{7f}", "http://93.184.216.34/\u{0}",
    ]

    static let all = schemes + userInformation + numbers + bracketed + hosts + portsAndPaths
}
