//! Certificates of a test's own.

use std::{fs, path::Path};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

/// An authority (`ca.pem`), and what it has signed for `localhost`: `server` and `client`, each as `.pem` and `.key`, and as
/// `.both` in one file.
pub(crate) fn certify(folder: &Path) {
    let write = |name: &str, text: String| fs::write(folder.join(name), text).expect("the folder is ours");
    let named = |name: &str, hosts: Vec<String>| {
        let mut params = CertificateParams::new(hosts).expect("good names");
        // One that is named as its authority would count as signed by itself.
        params.distinguished_name.push(DnType::CommonName, name);
        params
    };
    let mut authority = named("authority", Vec::new());
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().expect("a key");
    write("ca.pem", authority.self_signed(&key).expect("a certificate").pem());
    let issuer = Issuer::new(authority, key);
    for name in ["server", "client"] {
        let key = KeyPair::generate().expect("a key");
        let params = named(name, vec!["localhost".to_owned()]);
        let certificate = params.signed_by(&key, &issuer).expect("a certificate").pem();
        // Kafka takes both from one file.
        write(&format!("{name}.both"), format!("{}{certificate}", key.serialize_pem()));
        write(&format!("{name}.pem"), certificate);
        write(&format!("{name}.key"), key.serialize_pem());
    }
}
