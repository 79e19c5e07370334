//! A position of the log as people and scripts pass it on: `sequence.index`, and, once the log was adopted
//! after a loss, `sequence.index@adoptions`. Without that part it may name an entry that was lost.

use std::fmt;
use std::str::FromStr;

use longhu_core::Position;
use longhu_proto::scalar::{position_from_wire, token_to_wire};
use longhu_proto::wire::event::v1 as wire;

/// A position, and how many times the log had been adopted when it was given. Later ones are greater.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Token {
    /// How many times the log had been adopted.
    pub adoptions: u32,
    /// The position.
    pub position: Position,
}

impl Token {
    /// As a message.
    pub fn to_wire(self) -> wire::Position {
        token_to_wire(self.position, self.adoptions)
    }
}

impl From<&wire::Position> for Token {
    fn from(position: &wire::Position) -> Token {
        Token { adoptions: position.adoptions, position: position_from_wire(position) }
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.adoptions {
            0 => self.position.fmt(f),
            adoptions => write!(f, "{}@{adoptions}", self.position),
        }
    }
}

/// A text that is no position.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a position; write `sequence.index`, such as `42.0`, as it was answered")]
pub struct BadToken(String);

impl FromStr for Token {
    type Err = BadToken;

    fn from_str(text: &str) -> Result<Token, BadToken> {
        let wrong = || BadToken(text.to_owned());
        let (position, adoptions) = match text.split_once('@') {
            Some((position, adoptions)) => (position, adoptions.parse().map_err(|_| wrong())?),
            None => (text, 0),
        };
        Ok(Token { adoptions, position: position.parse().map_err(|_| wrong())? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_survives_its_text_and_its_message() {
        for text in ["42.7", "42.7@3"] {
            let token: Token = text.parse().unwrap();
            assert_eq!((token.to_string().as_str(), Token::from(&token.to_wire())), (text, token));
        }
        assert!("9.9".parse::<Token>().unwrap() < "8.0@1".parse().unwrap());
        assert!("42.7@".parse::<Token>().is_err() && "@1".parse::<Token>().is_err());
    }
}
