//! What the service answers.

/// What the service is called, as Cargo.toml has it.
pub const NAME: &str = env!("CARGO_PKG_NAME");

/// The answer to one request: its status and its text.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: &'static str,
    pub text: String,
}

/// Answers a path.
///
/// ```
/// assert!(service::answer("/", "4f2a1c", false).text.ends_with(" from 4f2a1c\n"));
/// ```
pub fn answer(path: &str, commit: &str, draining: bool) -> Answer {
    let (status, text) = match path {
        "/" => ("200 OK", format!("{NAME} from {commit}\n")),
        "/healthz" if draining => ("503 Service Unavailable", "draining\n".into()),
        "/healthz" => ("200 OK", "ok\n".into()),
        _ => ("404 Not Found", "not found\n".into()),
    };
    Answer { status, text }
}

/// The path of a request line, or nothing where it is not HTTP.
///
/// ```
/// assert_eq!(service::path_of("GET /healthz HTTP/1.1"), Some("/healthz"));
/// ```
pub fn path_of(line: &str) -> Option<&str> {
    let mut words = line.split_whitespace();
    let (_method, path) = (words.next()?, words.next()?);
    path.starts_with('/').then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_its_commit() {
        let said = answer("/", "4f2a1c", false).text;
        assert_eq!(said, format!("{NAME} from 4f2a1c\n"));
    }

    #[test]
    fn is_not_ready_while_it_drains() {
        assert_eq!(answer("/healthz", "4f2a1c", false).status, "200 OK");
        assert_eq!(
            answer("/healthz", "4f2a1c", true).status,
            "503 Service Unavailable"
        );
    }

    #[test]
    fn knows_no_other_path() {
        assert_eq!(answer("/etc", "4f2a1c", false).status, "404 Not Found");
        assert_eq!(path_of("hello"), None);
    }
}
