#![doc = include_str!("../README.md")]

mod cdn;
mod clock;
mod driver;
mod faults;
mod gateway;
mod ids;
mod permissions;
mod record;
mod rest;
mod server;
mod settings;
mod shared;
mod world;

pub use driver::{
    Builder, Button, Choice, DriverError, FakeDiscord, Guild, Interaction, Modal, ModalField,
    OptionValue, Post, Select, SelectChoice,
};
pub use faults::{Faults, LimitScope, NextRequests};
pub use gateway::{CloseCode, Intents};
pub use ids::{
    ApplicationId, AttachmentId, ChannelId, CommandId, EmojiId, GuildId, InteractionId, MessageId,
    RoleId, UserId,
};
pub use permissions::Permissions;
pub use record::{Part, RecordedRequest};
pub use server::StartError;
pub use settings::{Allowance, RateLimits};
pub use world::{Emoji, File, RoleSetup};
