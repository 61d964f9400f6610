//! One WebSocket connection, from HELLO to its end.

use std::{collections::VecDeque, time::Duration};

use axum::{
    extract::{
        Query, State, WebSocketUpgrade,
        ws::{CloseFrame, Message, WebSocket},
    },
    http::StatusCode,
    response::{IntoResponse, Response},
};
use futures_util::{SinkExt, StreamExt, stream::SplitSink};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    time::Instant,
};

use super::{CloseCode, Frame};
use crate::{clock, shared::Shared};

/// <https://discord.com/developers/docs/events/gateway#rate-limiting>
const SENDS_PER_MINUTE: usize = 120;
/// <https://discord.com/developers/docs/events/gateway#sending-events>
const LARGEST_PAYLOAD: usize = 4096;

#[derive(Debug, Deserialize)]
pub struct Wanted {
    v: Option<String>,
    encoding: Option<String>,
}

/// Takes a connection to `/?v=10&encoding=json`.
pub async fn upgrade(
    State(shared): State<Shared>,
    Query(wanted): Query<Wanted>,
    upgrade: WebSocketUpgrade,
) -> Response {
    if shared.read(|world| world.faults.gateway_closed) {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    upgrade.on_upgrade(move |socket| serve(shared, wanted, socket))
}

/// What a connection knows about itself.
#[derive(Debug)]
pub struct Connection {
    /// Writes to this connection, in order.
    pub sender: UnboundedSender<Frame>,
    pub session: Option<String>,
    sent_at: VecDeque<std::time::Instant>,
    last_beat: Instant,
}

/// A reason to end the connection.
pub type Ended = (CloseCode, &'static str);

async fn serve(shared: Shared, wanted: Wanted, socket: WebSocket) {
    let (sender, frames) = unbounded_channel();
    let interval = shared.read(|world| world.settings.heartbeat_interval);
    let connection = Connection {
        sender,
        session: None,
        sent_at: VecDeque::new(),
        last_beat: Instant::now(),
    };
    connection.send(&json!({"op": 10, "d": {
        "heartbeat_interval": interval.as_millis() as u64,
        "_trace": ["fake"],
    }}));
    if wanted.v.as_deref() != Some("10") || wanted.encoding.as_deref() != Some("json") {
        connection.end((
            CloseCode::INVALID_API_VERSION,
            "v=10 and encoding=json are needed",
        ));
    }
    run(&shared, connection, frames, socket).await;
}

async fn run(
    shared: &Shared,
    mut connection: Connection,
    mut frames: UnboundedReceiver<Frame>,
    socket: WebSocket,
) {
    // Discord gives a client about one missed heartbeat.
    let silence = shared.read(|world| world.settings.heartbeat_interval) * 2;
    let (mut write, mut read) = socket.split();
    loop {
        tokio::select! {
            frame = frames.recv() => {
                let Some(frame) = frame else { break };
                if !write_frame(&mut write, frame).await { break }
            }
            message = read.next() => {
                let Some(Ok(message)) = message else { break };
                if let Err(ended) = connection.receive(shared, &message) {
                    connection.end(ended);
                }
                if matches!(message, Message::Close(_)) { break }
            }
            () = tokio::time::sleep_until(connection.last_beat + silence) => {
                connection.last_beat = Instant::now();
                connection.end((CloseCode::SESSION_TIMED_OUT, "Session timed out."));
            }
        }
    }
    connection.detach(shared);
}

/// False when the connection is to end after this.
async fn write_frame(write: &mut SplitSink<WebSocket, Message>, frame: Frame) -> bool {
    match frame {
        Frame::Text(text) => write.send(Message::text(text)).await.is_ok(),
        Frame::TextAt(time, text) => {
            tokio::time::sleep(time.saturating_duration_since(clock::instant())).await;
            write.send(Message::text(text)).await.is_ok()
        }
        Frame::Close(code, reason) => {
            let frame = CloseFrame {
                code: code.0,
                reason: reason.into(),
            };
            let _ = write.send(Message::Close(Some(frame))).await;
            false
        }
        Frame::Abort => false,
    }
}

impl Connection {
    pub fn send(&self, payload: &Value) {
        // The receiver lives as long as the connection's loop; after it nobody needs the frame.
        let _ = self.sender.send(Frame::Text(payload.to_string()));
    }

    fn end(&self, (code, reason): Ended) {
        let _ = self.sender.send(Frame::Close(code, reason));
    }

    fn receive(&mut self, shared: &Shared, message: &Message) -> Result<(), Ended> {
        let text = match message {
            Message::Text(text) => text.as_str(),
            Message::Binary(_) => return Err((CloseCode::DECODE_ERROR, "Expected text.")),
            Message::Ping(_) | Message::Pong(_) | Message::Close(_) => return Ok(()),
        };
        if text.len() > LARGEST_PAYLOAD {
            return Err((CloseCode::DECODE_ERROR, "Error while decoding payload."));
        }
        self.count_send()?;
        let payload: Value = serde_json::from_str(text)
            .map_err(|_| (CloseCode::DECODE_ERROR, "Error while decoding payload."))?;
        self.obey(shared, &payload)
    }

    fn count_send(&mut self) -> Result<(), Ended> {
        let now = clock::instant();
        let minute = Duration::from_secs(60);
        self.sent_at
            .retain(|time| now.duration_since(*time) < minute);
        self.sent_at.push_back(now);
        if self.sent_at.len() > SENDS_PER_MINUTE {
            return Err((CloseCode::RATE_LIMITED, "Rate limited."));
        }
        Ok(())
    }

    /// <https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-opcodes>
    fn obey(&mut self, shared: &Shared, payload: &Value) -> Result<(), Ended> {
        let data = &payload["d"];
        match payload["op"].as_u64() {
            Some(1) => {
                self.last_beat = Instant::now();
                if !shared.read(|world| world.faults.no_heartbeat_acks) {
                    self.send(&json!({"op": 11, "d": null}));
                }
                Ok(())
            }
            Some(2) => shared.change(|world| world.identify(self, data)),
            Some(6) => shared.change(|world| world.resume(self, data)),
            Some(3 | 4 | 8) if self.session.is_none() => {
                Err((CloseCode::NOT_AUTHENTICATED, "Not authenticated."))
            }
            // Presence and voice state have no effect that a bot could see here.
            Some(3 | 4) => Ok(()),
            Some(8) => shared.change(|world| world.request_members(self, data)),
            _ => Err((CloseCode::UNKNOWN_OPCODE, "Unknown opcode.")),
        }
    }

    /// The session stays, and collects events until somebody resumes it.
    fn detach(&self, shared: &Shared) {
        shared.change(|world| {
            let session = self
                .session
                .as_ref()
                .and_then(|id| world.gateway.sessions.get_mut(id));
            let Some(session) = session else { return };
            let is_mine = session
                .live
                .as_ref()
                .is_some_and(|live| live.same_channel(&self.sender));
            if is_mine {
                session.live = None;
            }
        });
    }
}
