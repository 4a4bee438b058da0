//! Who may connect and what they may do: TLS, SASL, authorisation, tokens.

use crate::setting::Accepts::*;
use crate::setting::settings;

settings! { pub static SECURITY: Broker;
    "authorizer.class.name": Text = "", Anything, Low, ReadOnly,
        "Class that decides who may do what; empty lets everyone do everything.",
        refused("everyone would be allowed everything");
    "principal.builder.class": Class = "org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder", Anything, Medium, PerBroker,
        "Class that derives a principal's name from a connection.";
    "security.providers": Text = null, Anything, Low, ReadOnly,
        "Java security providers to load.", moot;
    "delegation.token.secret.key": Password = null, Anything, Medium, ReadOnly,
        "Secret with which delegation tokens are signed; the same on every node.";
    "delegation.token.expiry.time.ms": Long = "86400000", AtLeast(1), Medium, ReadOnly,
        "Life of a delegation token unless it is renewed.";
    "delegation.token.max.lifetime.ms": Long = "604800000", AtLeast(1), Medium, ReadOnly,
        "Longest life of a delegation token, however often renewed.";
    "delegation.token.expiry.check.interval.ms": Long = "3600000", AtLeast(1), Low, ReadOnly,
        "Time between two looks for expired delegation tokens.";
    "ssl.allow.dn.changes": Boolean = "false", Anything, Low, ReadOnly,
        "Whether a reloaded keystore may name another subject.";
    "ssl.allow.san.changes": Boolean = "false", Anything, Low, ReadOnly,
        "Whether a reloaded keystore may drop alternative names.";
    "ssl.cipher.suites": List = "", ListOf(&[]), Medium, PerBroker,
        "Cipher suites that may be used; empty allows the defaults.";
    "ssl.client.auth": Text = "none", OneOf(&["required", "requested", "none"]), Medium, PerBroker,
        "Whether clients must show a certificate: required, requested or none.";
    "ssl.enabled.protocols": List = "TLSv1.2,TLSv1.3", ListOf(&[]), Medium, PerBroker,
        "TLS versions that may be used.";
    "ssl.endpoint.identification.algorithm": Text = "https", Anything, Low, PerBroker,
        "How a peer's host name is checked against its certificate; empty checks nothing.";
    "ssl.engine.factory.class": Class = null, Anything, Low, PerBroker,
        "Class that makes TLS engines.";
    "ssl.key.password": Password = null, Anything, Medium, PerBroker,
        "Password of the private key.";
    "ssl.keymanager.algorithm": Text = "SunX509", Anything, Medium, PerBroker,
        "Java algorithm of the key manager.";
    "ssl.keystore.certificate.chain": Password = null, Anything, Medium, PerBroker,
        "Certificate chain in PEM.";
    "ssl.keystore.key": Password = null, Anything, Medium, PerBroker,
        "Private key in PEM.";
    "ssl.keystore.location": Text = null, Anything, Medium, PerBroker,
        "File of the keystore.";
    "ssl.keystore.password": Password = null, Anything, Medium, PerBroker,
        "Password of the keystore file.";
    "ssl.keystore.type": Text = "JKS", Anything, Medium, PerBroker,
        "Format of the keystore: JKS, PKCS12 or PEM.";
    "ssl.principal.mapping.rules": Text = "DEFAULT", Anything, Low, ReadOnly,
        "Rules that turn a certificate's subject into a principal's name.";
    "ssl.protocol": Text = "TLSv1.3", Anything, Medium, PerBroker,
        "TLS version tried first.";
    "ssl.provider": Text = null, Anything, Medium, PerBroker,
        "Java provider of TLS.";
    "ssl.secure.random.implementation": Text = null, Anything, Low, PerBroker,
        "Java random generator of TLS.";
    "ssl.trustmanager.algorithm": Text = "PKIX", Anything, Medium, PerBroker,
        "Java algorithm of the trust manager.";
    "ssl.truststore.certificates": Password = null, Anything, Medium, PerBroker,
        "Trusted certificates in PEM.";
    "ssl.truststore.location": Text = null, Anything, Medium, PerBroker,
        "File of the truststore.";
    "ssl.truststore.password": Password = null, Anything, Medium, PerBroker,
        "Password of the truststore file.";
    "ssl.truststore.type": Text = "JKS", Anything, Medium, PerBroker,
        "Format of the truststore: JKS, PKCS12 or PEM.";
    "sasl.enabled.mechanisms": List = "GSSAPI", ListOf(&[]), Medium, PerBroker,
        "SASL mechanisms clients may log in with.";
    "sasl.mechanism.controller.protocol": Text = "GSSAPI", Anything, High, ReadOnly,
        "SASL mechanism used towards controllers.";
    "sasl.mechanism.inter.broker.protocol": Text = "GSSAPI", Anything, Medium, PerBroker,
        "SASL mechanism used between brokers.";
    "sasl.jaas.config": Password = null, Anything, Medium, PerBroker,
        "Login module and its options, in JAAS form.";
    "sasl.client.callback.handler.class": Class = null, Anything, Medium, ReadOnly,
        "Class that answers a SASL client's callbacks.";
    "sasl.login.callback.handler.class": Class = null, Anything, Medium, ReadOnly,
        "Class that answers a SASL login's callbacks.";
    "sasl.login.class": Class = null, Anything, Medium, ReadOnly,
        "Class that performs a SASL login.";
    "sasl.server.callback.handler.class": Class = null, Anything, Medium, ReadOnly,
        "Class that answers a SASL server's callbacks.";
    "sasl.server.max.receive.size": Int = "524288", Anything, Medium, ReadOnly,
        "Largest message accepted before a client has logged in.";
    "sasl.kerberos.kinit.cmd": Text = "/usr/bin/kinit", Anything, Medium, PerBroker,
        "Path of kinit.";
    "sasl.kerberos.min.time.before.relogin": Long = "60000", Anything, Medium, PerBroker,
        "Shortest time between two Kerberos logins.";
    "sasl.kerberos.principal.to.local.rules": List = "DEFAULT", ListOf(&[]), Medium, PerBroker,
        "Rules that turn a Kerberos principal into a short name.";
    "sasl.kerberos.service.name": Text = null, Anything, Medium, PerBroker,
        "Kerberos name of the Kafka service.";
    "sasl.kerberos.ticket.renew.jitter": Double = "0.05", Anything, Medium, PerBroker,
        "Share of chance in the time of a ticket's renewal.";
    "sasl.kerberos.ticket.renew.window.factor": Double = "0.8", Anything, Medium, PerBroker,
        "Share of a ticket's life after which it is renewed.";
    "sasl.login.connect.timeout.ms": Int = null, Anything, Low, ReadOnly,
        "Longest wait for a connection to the OAuth provider.";
    "sasl.login.read.timeout.ms": Int = null, Anything, Low, ReadOnly,
        "Longest wait for the OAuth provider's answer.";
    "sasl.login.refresh.buffer.seconds": Short = "300", Anything, Medium, PerBroker,
        "Time before expiry at which a login is refreshed at the latest.";
    "sasl.login.refresh.min.period.seconds": Short = "60", Anything, Medium, PerBroker,
        "Shortest time between two refreshes of a login.";
    "sasl.login.refresh.window.factor": Double = "0.8", Anything, Medium, PerBroker,
        "Share of a login's life after which it is refreshed.";
    "sasl.login.refresh.window.jitter": Double = "0.05", Anything, Medium, PerBroker,
        "Share of chance in the time of a login's refresh.";
    "sasl.login.retry.backoff.ms": Long = "100", Anything, Low, ReadOnly,
        "Pause before the OAuth provider is asked again.";
    "sasl.login.retry.backoff.max.ms": Long = "10000", Anything, Low, ReadOnly,
        "Longest pause before the OAuth provider is asked again.";
    "sasl.oauthbearer.allow.unverified.audience": Boolean = "false", Anything, Medium, ReadOnly,
        "Whether tokens are taken without a check of their audience.";
    "sasl.oauthbearer.allow.unverified.issuer": Boolean = "false", Anything, Medium, ReadOnly,
        "Whether tokens are taken without a check of their issuer.";
    "sasl.oauthbearer.assertion.algorithm": Text = "RS256", OneOfAnyCase(&["ES256", "RS256"]), Medium, ReadOnly,
        "Algorithm that signs a client assertion.";
    "sasl.oauthbearer.assertion.claim.aud": Text = null, Anything, Medium, ReadOnly,
        "Audience in a client assertion.";
    "sasl.oauthbearer.assertion.claim.exp.seconds": Int = "300", Between(0, 86_400), Low, ReadOnly,
        "Seconds after which a client assertion expires.";
    "sasl.oauthbearer.assertion.claim.iss": Text = null, Anything, Medium, ReadOnly,
        "Issuer in a client assertion.";
    "sasl.oauthbearer.assertion.claim.jti.include": Boolean = "false", Anything, Medium, ReadOnly,
        "Whether a client assertion carries an id of its own.";
    "sasl.oauthbearer.assertion.claim.nbf.seconds": Int = "60", Between(0, 3600), Low, ReadOnly,
        "Seconds by which a client assertion is valid before it is made.";
    "sasl.oauthbearer.assertion.claim.sub": Text = null, Anything, Medium, ReadOnly,
        "Subject in a client assertion.";
    "sasl.oauthbearer.assertion.file": Text = null, Anything, Medium, ReadOnly,
        "File of a ready-made client assertion.";
    "sasl.oauthbearer.assertion.private.key.file": Text = null, Anything, Medium, ReadOnly,
        "File of the key that signs client assertions.";
    "sasl.oauthbearer.assertion.private.key.passphrase": Password = null, Anything, Medium, ReadOnly,
        "Passphrase of that key.";
    "sasl.oauthbearer.assertion.template.file": Text = null, Anything, Medium, ReadOnly,
        "File with further claims of a client assertion.";
    "sasl.oauthbearer.client.credentials.client.id": Text = null, Anything, Medium, ReadOnly,
        "Client id for the OAuth provider.";
    "sasl.oauthbearer.client.credentials.client.secret": Password = null, Anything, Medium, ReadOnly,
        "Client secret for the OAuth provider.";
    "sasl.oauthbearer.clock.skew.seconds": Int = "30", Anything, Low, ReadOnly,
        "Difference allowed between this clock and the OAuth provider's.";
    "sasl.oauthbearer.expected.audience": List = "", ListOf(&[]), High, ReadOnly,
        "Audiences a token may name.";
    "sasl.oauthbearer.expected.issuer": Text = null, Anything, High, ReadOnly,
        "Issuer a token must name.";
    "sasl.oauthbearer.jwks.endpoint.refresh.ms": Long = "3600000", Anything, Low, ReadOnly,
        "Time between two downloads of the OAuth provider's keys.";
    "sasl.oauthbearer.jwks.endpoint.retry.backoff.ms": Long = "100", Anything, Low, ReadOnly,
        "Pause before the keys are asked for again.";
    "sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms": Long = "10000", Anything, Low, ReadOnly,
        "Longest pause before the keys are asked for again.";
    "sasl.oauthbearer.jwks.endpoint.url": Text = null, Anything, Medium, ReadOnly,
        "Where the OAuth provider publishes its keys.";
    "sasl.oauthbearer.jwt.retriever.class": Class = "org.apache.kafka.common.security.oauthbearer.DefaultJwtRetriever", Anything, Medium, ReadOnly,
        "Class that fetches tokens.";
    "sasl.oauthbearer.jwt.validator.class": Class = "org.apache.kafka.common.security.oauthbearer.DefaultJwtValidator", Anything, Medium, ReadOnly,
        "Class that checks tokens.";
    "sasl.oauthbearer.scope": Text = null, Anything, Medium, ReadOnly,
        "Scope asked of the OAuth provider.";
    "sasl.oauthbearer.scope.claim.name": Text = "scope", Anything, Low, ReadOnly,
        "Claim that holds a token's scope.";
    "sasl.oauthbearer.sub.claim.name": Text = "sub", Anything, Low, ReadOnly,
        "Claim that holds a token's subject.";
    "sasl.oauthbearer.token.endpoint.url": Text = null, Anything, Medium, ReadOnly,
        "Where the OAuth provider gives out tokens.";
}
