#![doc = include_str!("../README.md")]
pub mod commands;
pub mod conformance;
pub mod model;
pub mod openapi;
pub mod postgres;
pub mod proxy;
pub mod world;
