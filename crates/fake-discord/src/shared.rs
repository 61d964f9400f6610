use crate::world::World;

pub type Shared = fake_server::Shared<World>;
